"""bench resample: our resampling beside a C++ floor, plastimatch, scipy and elastix, in interleaved rounds. See docs/performance.md."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import harness
from harness import median, say, spread, table

PATHS = ("separable", "diagonal", "rotated", "cubic")
# Name in the floor's output, our path that does the same, and how often its time ours may take.
FLOORS = (("separable diag", "separable", 1.3), ("affine512 rotated", "rotated", 1.5), ("affine rotated", "rotated", 1.5))
PEERS = {"scipy diag": "separable", "scipy rotated": "rotated", "plastimatch": "separable", "transformix": "rotated"}


def ours(program, path, repeats, *raw):
    done = subprocess.run([program, "resample", path, str(repeats), *raw], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"our benchmark ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def others(script, folder):
    """One round of everything that the shared script runs; best milliseconds of each."""
    done = subprocess.run(["bash", script, folder, "1"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{script} ended with {done.returncode}:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    text = done.stdout
    found = {name.strip(): float(best) for name, best in re.findall(r"^(\w[^\n]*?)\s+median\s+[\d.]+ ms\s+best\s+([\d.]+) ms", text, re.M)}
    if match := re.search(r"scipy diag (\d+)\s+rotated (\d+) ms", text):
        found["scipy diag"], found["scipy rotated"] = float(match[1]), float(match[2])
    if match := re.search(r"plastimatch resample \(whole program\) (\d+) ms.*?1-voxel output (\d+) ms, .*?volume (\d+) ms", text):
        found["plastimatch"], found["plastimatch reads"], found["plastimatch reads and writes"] = (float(group) for group in match.groups())
    if match := re.search(r"Resampling took ([\d.]+) ?s", text):
        found["transformix"] = 1000 * float(match[1])
    return found


def missing(script):
    lacks = [program for program in ("g++", "plastimatch", "transformix") if shutil.which(program) is None]
    if not os.path.exists(script):
        lacks.append("shared/bench/geometry")
    if subprocess.run([os.environ.get("PY", "/usr/bin/python3"), "-c", "import scipy.ndimage"], capture_output=True).returncode != 0:
        lacks.append("python3-scipy")
    return lacks


def own_table(runs):
    rows = []
    for path in PATHS:
        wall = [value for run in runs[path] for value in run["milliseconds"]]
        cpu = [value for run in runs[path] for value in run["cpuMilliseconds"]]
        run = runs[path][0]
        needed = run["outputBytes"] + run["movingBytes"]
        used = max(each["peakBytes"] - each["idlePeakBytes"] for each in runs[path])
        rows.append([path, f"{min(wall):.1f}", spread(wall), f"{min(cpu):.1f}", f"{needed / 1e6:.0f}", f"{used / 1e6:.0f}", f"{100 * (used / needed - 1):+.0f} %"])
    return table(["ours", "best, ms", "median (range), ms", "best, CPU ms", "output + moving, MB", "peak over idle, MB", "more"], rows)


def peer_table(runs, rounds):
    best = {path: min(value for run in runs[path] for value in run["milliseconds"]) for path in PATHS}
    rows, verdicts = [], {}
    for name, path, limit in FLOORS:
        values = [found[name] for found in rounds if name in found]
        if values:
            ratio = best[path] / min(values)
            verdicts[name] = {"ratio": ratio, "limit": limit, "holds": ratio <= limit}
            rows.append([f"C++ floor: {name}", f"{min(values):.1f}", spread(values), f"{path}: takes {ratio:.2f} x its time", f"<= {limit}", "yes" if ratio <= limit else "NO"])
    for name, path in PEERS.items():
        values = [found[name] for found in rounds if name in found]
        if values:
            ratio = min(values) / best[path]
            asked = name != "transformix"
            verdicts[name] = {"ratio": ratio, "limit": 10 if asked else None, "holds": ratio >= 10}
            rows.append([name + (" (whole program)" if name == "plastimatch" else ""), f"{min(values):.0f}", spread(values, 0), f"{path}: {ratio:.0f} x as fast", ">= 10" if asked else "", "yes" if ratio >= 10 else "NO"])
    whole = [found["plastimatch"] - found["plastimatch reads and writes"] for found in rounds if "plastimatch" in found]
    if whole:
        rows.append(["plastimatch less reading and writing 142 MB", f"{min(whole):.0f}", spread(whole, 0), f"separable: {max(0, min(whole)) / best['separable']:.0f} x as fast", "", ""])
    return table(["other", "best, ms", "median (range), ms", "ours, best", "asked", "holds"], rows), verdicts


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench resample", description=__doc__)
    parser.add_argument("root", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: at least 1")
    program = harness.benchmarks(options.root)
    script = os.path.join(harness.shared_folder(options.root), "bench", "geometry", "run_resample.sh")
    lacks = missing(script)
    if lacks:
        say(f"skipped: the floor and the peers, since these are not here: {', '.join(lacks)}")
    folder = tempfile.mkdtemp(prefix="resample-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        facts = harness.machine(folder)
        runs, rounds = {path: [] for path in PATHS}, []
        for number in range(options.rounds):
            say(f"round {number + 1}/{options.rounds} ...")
            if not lacks:
                rounds.append(others(script, folder))
            raw = os.path.join(folder, "pet.raw")
            for path in PATHS:
                runs[path].append(ours(program, path, 3 if path == "cubic" else 7, *([raw] if os.path.exists(raw) else [])))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts["loadAfter"] = harness.load()
    text = [f"{facts['date']}; {facts['cores']} x {facts['cpu']}, {facts['memoryGiB']} GiB; load average {facts['loadBefore']} before, {facts['loadAfter']} after. "
            f"{options.rounds} interleaved rounds. PET 128x128x135 onto CT 512x512x135, float, trilinear unless named, one thread, warm buffers.", own_table(runs)]
    answer = {"machine": facts, "rounds": options.rounds, "ours": runs, "others": rounds}
    if rounds:
        peers, answer["verdicts"] = peer_table(runs, rounds)
        text.append(peers)
    harness.finish("\n\n".join(text), answer, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
