"""bench smoke: seconds per stage of a real PET/CT fusion, receive rate beside DCMTK and Orthanc, peak memory. See docs/performance.md."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time

import harness
from harness import median, say, spread, table

CT, PET = "CT", "PT_AC"


def fuse(root, exe, data, rounds, folder):
    """Runs `fuse` and returns its stages, seconds of the whole process and its peak memory."""
    runs = []
    for number in range(rounds):
        say(f"fuse {number + 1}/{rounds} ...")
        out, log = os.path.join(folder, "fused"), os.path.join(folder, "fuse.log")
        started = time.monotonic()
        with open(log, "w") as errors:
            process = subprocess.Popen(
                [exe, "fuse", os.path.join(data, CT), os.path.join(data, PET), "--out", out, "--json", "--config", os.path.join(root, "config", "node.yaml")],
                stdout=subprocess.PIPE, stderr=errors, text=True)
        output = process.stdout.read()
        # wait4 alone tells the memory of this one process.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"fuse ended with {process.returncode}:\n{open(log).read()[-2000:]}")
        answer = json.loads(output.splitlines()[-1])
        runs.append({"stages": {stage["stage"]: stage["seconds"] for stage in answer["stages"]}, "seconds": time.monotonic() - started,
                     "cpuSeconds": usage.ru_utime + usage.ru_stime, "peakMegabytes": round(usage.ru_maxrss / 1024), "images": answer["output"]["instances"]})
        shutil.rmtree(out)
    return runs


class Server:
    def __init__(self, name, durable, title, port, process):
        self.name, self.durable, self.title, self.port, self.process = name, durable, title, port, process


def start_node(place, exe):
    port, web = harness.free_port(), harness.free_port()
    configuration = os.path.join(place.folder, "node.yaml")
    with open(configuration, "w") as file:
        # Nothing settles while it is measured, so that receiving is all the node does.
        file.write(f'node: {{ dicomPort: {port} }}\nweb: {{ url: "http://127.0.0.1:{web}" }}\n'
                   'settle: { quiet: 1d, suspectGrace: 1d }\nretention: { minFreeSpace: 1GB }\n')
    command = [exe, "serve", "--config", configuration, "--data", os.path.join(place.folder, "node")]
    return Server("PacsFusion Node", "yes", "PACSFUSION", port, place.start("node", command, [port, web]))


def start_storescp(place, bit_preserving):
    port = harness.free_port()
    name = "storescp +B, TCP_NODELAY=1" if bit_preserving else "storescp, stock"
    folder = os.path.join(place.folder, f"storescp{int(bit_preserving)}")
    os.makedirs(folder)
    command = ["storescp", *(["+B"] if bit_preserving else []), "-aet", "STORES", "-od", folder, str(port)]
    return Server(name, "no", "STORES", port, place.start(os.path.basename(folder), command, [port], {"TCP_NODELAY": "1"} if bit_preserving else {}))


def start_orthanc(place, no_delay):
    port, web = harness.free_port(), harness.free_port()
    folder = os.path.join(place.folder, f"orthanc{int(no_delay)}")
    os.makedirs(folder)
    configuration = folder + ".json"
    with open(configuration, "w") as file:
        json.dump({"Name": "BENCH", "DicomAet": "ORTHANC", "DicomPort": port, "HttpPort": web, "RemoteAccessAllowed": False, "StorageDirectory": folder,
                   "IndexDirectory": folder, "DicomAlwaysAllowStore": True, "Plugins": []}, file)
    program = shutil.which("Orthanc") or "/usr/sbin/Orthanc"
    name = "Orthanc, TCP_NODELAY=1" if no_delay else "Orthanc, stock"
    return Server(name, "file, not index", "ORTHANC", port, place.start(os.path.basename(folder), [program, configuration], [port, web], {"TCP_NODELAY": "1"} if no_delay else {}))


def start_servers(place, exe):
    servers = [start_node(place, exe)]
    if shutil.which("storescp"):
        servers += [start_storescp(place, False), start_storescp(place, True)]
    else:
        say("skipped: storescp is not installed (Debian: dcmtk)")
    if shutil.which("Orthanc") or os.path.exists("/usr/sbin/Orthanc"):
        servers += [start_orthanc(place, False), start_orthanc(place, True)]
    else:
        say("skipped: Orthanc is not installed (Debian: orthanc)")
    return servers


def stock_sender():
    """storescu as it is, with new instance UIDs each time; the whole process is timed."""
    def send(server, folders, number):
        count = sum(len(os.listdir(folder)) for folder in folders)
        started = time.monotonic()
        done = subprocess.run(["storescu", "-aet", "BENCH", "-aec", server.title, "+II", "+sd", "127.0.0.1", str(server.port), *folders], capture_output=True, text=True)
        seconds = time.monotonic() - started
        if done.returncode != 0 or "Failed" in done.stderr:
            raise SystemExit(f"storescu to {server.name} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        return count / seconds
    return send


def fast_sender(program):
    """The light sender: encoded before its clock starts, one association, each answer awaited."""
    def send(server, folders, number):
        done = subprocess.run([program, "-j", "-c", "BENCH", "-u", str(number), "127.0.0.1", str(server.port), server.title, *folders], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"fastscu to {server.name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)["obj_s"]
    return send


def senders(root, folder):
    found = {}
    if shutil.which("storescu"):
        found["storescu"] = stock_sender()
    else:
        say("skipped: storescu is not installed (Debian: dcmtk)")
    source = os.path.join(harness.shared_folder(root), "bench", "fastscu.c")
    if os.path.exists(source) and shutil.which("gcc"):
        program = os.path.join(folder, "fastscu")
        subprocess.run(["gcc", "-O2", "-o", program, source, "-lpthread"], check=True)
        found["fastscu"] = fast_sender(program)
    else:
        say("skipped: the fast sender needs gcc and shared/bench/fastscu.c")
    return found


def receive(place, root, exe, data, rounds):
    """Interleaved rounds to servers that stay up; the first pass warms them and is not counted."""
    ways = senders(root, place.folder)
    servers = start_servers(place, exe)
    folders = [os.path.join(data, CT), os.path.join(data, PET)]
    rates = {(server.name, way): [] for server in servers for way in ways}
    for number in range(rounds + 1):
        for way, send in ways.items():
            for server in servers:
                say(f"receive {'warm-up' if number == 0 else f'{number}/{rounds}'}: {way} to {server.name} ...")
                rate = send(server, folders[1:] if number == 0 else folders, number)
                if number > 0:
                    rates[server.name, way].append(rate)
    results = [{"server": server.name, "durable": server.durable, "objectsPerSecond": {way: rates[server.name, way] for way in ways},
                "peakMegabytes": harness.peak_megabytes(server.process.pid)} for server in servers]
    return results, list(ways)


def fuse_table(runs):
    stages = list(runs[0]["stages"])
    rows = [[stage, spread([run["stages"][stage] for run in runs])] for stage in stages]
    rows.append(["whole process", spread([run["seconds"] for run in runs])])
    rows.append(["CPU seconds", spread([run["cpuSeconds"] for run in runs])])
    rows.append(["peak memory, MB", spread([run["peakMegabytes"] for run in runs], 0)])
    return table(["`fuse`, stage", "seconds"], rows)


def receive_table(results, ways):
    rows = []
    for result in results:
        row = [result["server"], result["durable"]]
        for way in ways:
            rates, own = result["objectsPerSecond"][way], results[0]["objectsPerSecond"][way]
            row += [spread(rates), "1" if result is results[0] else f"{median(own) / median(rates):.2f}"]
        rows.append(row + [result["peakMegabytes"]])
    head = ["receiver", "durable before Success"]
    for way in ways:
        head += [f"{way}, objects/s", "node / it"]
    return table(head + ["peak memory, MB"], rows)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench smoke", description=__doc__)
    parser.add_argument("root", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of everything (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: at least 1")
    root, exe = options.root, os.path.join(options.root, "src", "PacsFusion.Node", "bin", "Release", "net10.0", "pacsfusion")
    data = harness.unpacked(root, "petct/ACRIN_042")
    if data is None:
        harness.finish("Nothing was measured: the shared data is not here.", {"skipped": "no shared data"}, options.json)
        return 0
    with harness.Workplace(root) as place:
        facts = harness.machine(place.folder)
        runs = fuse(root, exe, data, options.rounds, place.folder)
        results, ways = receive(place, root, exe, data, options.rounds)
    facts["loadAfter"] = harness.load()
    files = len(os.listdir(os.path.join(data, CT))), len(os.listdir(os.path.join(data, PET)))
    text = "\n\n".join([
        f"{facts['date']}; {facts['cores']} x {facts['cpu']}, {facts['memoryGiB']} GiB, {facts['fileSystem']}; load average {facts['loadBefore']} before, {facts['loadAfter']} after. "
        f"Median (range) of {options.rounds} interleaved rounds. ACRIN_042: CT {files[0]} x 512x512, PET {files[1]} x 128x128, {runs[0]['images']} fused images.",
        fuse_table(runs), receive_table(results, ways)])
    harness.finish(text, {"machine": facts, "rounds": options.rounds, "fuse": runs, "receive": results}, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
