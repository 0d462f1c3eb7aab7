"""bench align: the whole Align stage of a real PET/CT pair beside its parts, each alone in a process of its own. See docs/alignment.md."""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile

import harness
from harness import say, spread, table

PARTS = ("read", "assess", "resample", "measure")


def part(program, name, pair):
    done = subprocess.run([program, "align-part", name, *pair], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"align-part {name} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def whole(node, pair, folder):
    """Seconds of the stage within `fuse`, and the peak memory of a run whose model costs next to nothing."""
    done = subprocess.run([node, "fuse", *pair, "--out", folder, "--model", "maximum", "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"fuse ended with {done.returncode}:\n{done.stderr[-2000:]}")
    answer = json.loads(done.stdout.splitlines()[-1])
    seconds = next(stage["seconds"] for stage in answer["stages"] if stage["stage"] == "align")
    # The greatest of all children so far: the parts need less than the whole.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, peak, answer["alignment"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    place = harness.unpacked(options.root, "petct/ACRIN_042")
    if place is None:
        return 4
    pair = [os.path.join(place, "CT"), os.path.join(place, "PT_AC")]
    program = harness.benchmarks(options.root)
    node = os.path.join(options.root, "src", "PacsFusion.Node", "bin", "Release", "net10.0", "pacsfusion")
    parts, totals, peaks, loads = {name: [] for name in PARTS}, [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            loads.append(harness.load())
            for name in PARTS:
                parts[name].append(part(program, name, pair)["seconds"])
            seconds, peak, alignment = whole(node, pair, folder)
            totals.append(seconds)
            peaks.append(peak)
    alone = sum(min(values) for values in parts.values())
    rows = [[name, f"{min(values):.2f}", spread(values, 2)] for name, values in parts.items()]
    rows += [["parts together", f"{alone:.2f}", ""], ["the stage", f"{min(totals):.2f}", spread(totals, 2)], ["the stage / parts", f"{min(totals) / alone:.2f}", "asked: at most 2"]]
    text = table(["seconds, lowest of the rounds", "lowest", "all rounds"], rows)
    text += f"\n\nPeak memory of the whole run (fusion by `maximum`): {max(peaks):.0f} MiB. Load: {', '.join(str(load) for load in loads)}."
    harness.finish(text, {"parts": parts, "stage": totals, "ratio": min(totals) / alone, "peakMegabytes": max(peaks), "load": loads, "alignment": alignment}, options.json)
    return 0


sys.exit(main())
