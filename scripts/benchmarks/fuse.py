"""bench fuse: the whole Fuse stage of a real PET/CT pair beside the session runs that it needs, every model, peak memory. See docs/performance.md."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import harness
from harness import say, table

ASKED_STAGE, ASKED_SPEEDUP, ASKED_MEGABYTES = 1.25, 1.7, 1500


def stage(program, pair, models, model, rounds, threads, folder):
    """Seconds of the stage and, for a network, of its bare session runs, alternating in one process."""
    out = os.path.join(folder, "stage")
    done = subprocess.run([program, "fuse-stage", *pair, models, model, str(rounds), threads, out], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"fuse-stage {model} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def lowest(parts, part, threads, key):
    return min((run[key] for run in parts if run["part"] == part and run["threads"] == threads), default=None)


def whole(node, pair, model, threads, folder):
    """Peak memory in MiB of one run of the program, reading and alignment included, and its answer."""
    with open(os.path.join(folder, "answer"), "w+") as answer:
        process = subprocess.Popen([node, "fuse", *pair, "--out", os.path.join(folder, "whole"), "--model", model, "--set", f"fusion.threads={threads}", "--json"],
                                   stdout=answer, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"fuse ended with {process.returncode}")
        answer.seek(0)
        return usage.ru_maxrss / 1024, json.loads(answer.read().splitlines()[-1])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root")
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    place = harness.unpacked(options.root, "petct/ACRIN_042")
    if place is None:
        return 4
    pair = [os.path.join(place, "CT"), os.path.join(place, "PT_AC")]
    models = os.path.join(options.root, "models")
    program = harness.benchmarks(options.root)
    node = os.path.join(options.root, "src", "PacsFusion.Node", "bin", "Release", "net10.0", "pacsfusion")
    facts = harness.machine(options.root)
    cores = facts["cores"]
    listed = json.loads(subprocess.run([node, "models", "list", "--json"], capture_output=True, text=True, check=True).stdout.splitlines()[-1])["models"]
    threads = sorted({1, cores})
    rows, loads = [], [facts["loadBefore"]]
    with tempfile.TemporaryDirectory(dir=os.path.join(options.root, "data", "bench")) as folder:
        say(f"the default, {options.rounds} rounds on {' and '.join(map(str, threads))} threads")
        default = stage(program, pair, models, "default", options.rounds, ",".join(map(str, threads)), folder)
        loads.append(harness.load())
        peaks = {}
        for count in threads:
            say(f"peak memory on {count} threads")
            peaks[count], _ = whole(node, pair, "default", count, folder)
        every = {default["model"]: default}
        for name in (model["name"] for model in listed if model["name"] not in every):
            say(f"{name} on {cores} threads")
            every[name] = stage(program, pair, models, name, 1, str(cores), folder)
        loads.append(harness.load())
    parts = default["parts"]
    costs = {count: {key: {part: lowest(parts, part, count, key) for part in ("session", "stage")} for key in ("cpuSeconds", "seconds")} for count in threads}
    ratios = {count: {key: costs[count][key]["stage"] / costs[count][key]["session"] for key in costs[count]} for count in threads}
    for count in threads:
        cpu, wall = costs[count]["cpuSeconds"], costs[count]["seconds"]
        rows.append([count, f"{cpu['session']:.1f}", f"{cpu['stage']:.1f}", f"{ratios[count]['cpuSeconds']:.2f}", f"{wall['session']:.1f}", f"{wall['stage']:.1f}", f"{ratios[count]['seconds']:.2f}", f"{peaks[count]:.0f}"])
    text = table(["threads", "sessions, CPU s", "stage, CPU s", "ratio", "sessions, s", "stage, s", "ratio", "peak MiB of the program"], rows)
    speedup = {part: costs[1]["seconds"][part] / costs[cores]["seconds"][part] for part in ("session", "stage")}
    text += (f"\n\nAsked: ratio at most {ASKED_STAGE}, peak at most {ASKED_MEGABYTES} MiB. {cores} threads against 1: sessions {speedup['session']:.2f}, stage {speedup['stage']:.2f} times"
             f" (asked of two: {ASKED_SPEEDUP}). The network sees {default['pixels'] / default['pixelsOfGrid']:.2f} of the grid's pixels in {default['tiles']} runs.\n\n")
    slices = {name: answer["slices"] / min(run["seconds"] for run in answer["parts"] if run["part"] == "stage" and run["threads"] == cores) for name, answer in every.items()}
    seconds = {name: min(run["cpuSeconds"] for run in answer["parts"] if run["part"] == "stage" and run["threads"] == cores) for name, answer in every.items()}
    text += table(["model", f"slices a second on {cores} threads", "CPU s of the stage"], [[name, f"{slices[name]:.1f}", f"{seconds[name]:.1f}"] for name in every])
    text += f"\n\n{facts['date']}, {facts['cpu']}, {cores} cores. Load: {', '.join(map(str, loads))}."
    harness.finish(text, {"machine": facts, "default": default, "ratios": ratios, "speedup": speedup, "peakMegabytes": peaks, "slicesPerSecond": slices, "cpuSeconds": seconds, "load": loads}, options.json)
    return 0


sys.exit(main())
