"""What every benchmark needs: the machine in words, processes that end with it, medians and tables."""
import datetime
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SHARED = "shared"


def say(text):
    print(text, file=sys.stderr, flush=True)


def machine(folder):
    """The facts that a figure is worth nothing without."""
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    total = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    disk = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True).stdout.strip()
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%MZ"), "cores": len(os.sched_getaffinity(0)),
            "cpu": model, "memoryGiB": round(total / 2**20, 1), "fileSystem": disk, "loadBefore": load()}


def load():
    """The load average of the last minute. What the benchmark itself runs is part of it."""
    return round(os.getloadavg()[0], 1)


def shared_folder(root):
    return os.environ.get("PACSFUSION_SHARED") or os.path.join(os.path.dirname(root), SHARED)


def unpacked(root, name):
    """A set of the shared test data, unpacked once into the cache; None where the shared data is not here."""
    data = os.path.join(shared_folder(root), "data")
    if not os.path.exists(os.path.join(data, "unpack")):
        say(f"skipped: {name}: there is no shared data at {data}")
        return None
    cache = os.path.join(root, "data", "bench", "cache")
    subprocess.run([os.path.join(data, "unpack"), cache, name], check=True, stdout=sys.stderr)
    return os.path.join(cache, name)


def benchmarks(root):
    """The program that measures single parts of the libraries, built in Release."""
    project = os.path.join(root, "tests", "bench", "PacsFusion.Benchmarks")
    done = subprocess.run(["dotnet", "build", project, "-c", "Release", "-v", "q", "-clp:NoSummary"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the benchmarks do not build:\n{done.stdout[-2000:]}")
    return os.path.join(project, "bin", "Release", "net10.0", "PacsFusion.Benchmarks")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    """Looks in the kernel's table: a connection to try it would count as an association."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in open(table).readlines()[1:] if os.path.exists(table) else []:
            fields = line.split()
            if fields[1].endswith(wanted) and fields[3] == "0A":
                return True
    return False


def peak_megabytes(pid):
    """The most memory a running process ever had resident."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM"):
            return round(int(line.split()[1]) / 1024)
    return None


class Workplace:
    """A folder on the data volume and the processes started in it; both are gone afterwards, also after Ctrl-C or SIGTERM."""

    def __init__(self, root):
        self.root = root
        self.processes = []

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        parent = os.path.join(self.root, "data", "bench")
        os.makedirs(parent, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="run-", dir=parent)
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, command, ports, environment=None):
        """Starts a server and returns it once it listens on every port."""
        log = os.path.join(self.folder, name + ".log")
        with open(log, "w") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=self.folder, env={**os.environ, **(environment or {})})
        self.processes.append(process)
        deadline = time.monotonic() + 120
        while not all(listens(port) for port in ports):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{name} did not start:\n{open(log).read()[-2000:]}")
            time.sleep(0.05)
        return process


def median(values):
    return statistics.median(values)


def spread(values, digits=1):
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}..{max(values):.{digits}f})"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def finish(text, answer, as_json):
    print(text)
    if as_json:
        print(json.dumps(answer))
