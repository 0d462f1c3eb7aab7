"""bench register: our registration beside elastix, from the same known transforms, and the alignment gate on real pairs. See docs/performance.md."""
import argparse
import itertools
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile

import harness
from harness import median, say, table

MAIN, QUICK = "elastix-rigid-main.txt", "elastix-rigid-quick.txt"
ACRIN, ONE, NINE = "petct/ACRIN_042", "ctmr/STS_001", "ctmr/STS_009"
PAIRS = [(f"{ACRIN}/CT", f"{ACRIN}/PT_AC")] + [(f"{s}/{f}", f"{s}/{m}") for s in (ONE, NINE) for f, m in (("CT", "PET"), ("CT", "MR_T1"), ("MR_T1", "PET"))]
PAIRS += [(f"{ONE}/MR_T1", f"{ONE}/MR_T2_RAW"), (f"{ONE}/CT", f"{ONE}/MR_T2_RAW")]
SERIES = {ACRIN: ("CT", "PT_AC"), ONE: ("CT", "PET", "MR_T1", "MR_T2_RAW"), NINE: ("CT", "PET", "MR_T1")}

# The in-plane halved phantom CT of the shared study, and the real pair with and without the clip at SUV 10 that its table used.
PREPARE = """
import os, sys
sys.path.insert(0, sys.argv[1])
import numpy as np, vol
folder, acrin = sys.argv[2], sys.argv[3]
def half(v):
    d = v.data.astype(np.float32)
    d = (d[:, ::2, ::2] + d[:, 1::2, ::2] + d[:, ::2, 1::2] + d[:, 1::2, 1::2]) / 4
    return vol.Vol(np.rint(d).astype(np.int16), v.spacing * [2, 2, 1], v.world([.5, .5, 0]), v.direction)
vol.write_mhd(folder + "/cth.mhd", half(vol.read_mhd(folder + "/ct.mhd")))
if acrin:
    ct, _, _ = vol.read_dicom(acrin + "/CT")
    ct.data = np.maximum(ct.data, -1024)
    vol.write_mhd(folder + "/acrin-ct.mhd", half(ct))
    pet, _, _ = vol.read_dicom(acrin + "/PT_AC")
    suv = (pet.data * 4.2111007e-4).astype(np.float32)
    vol.write_mhd(folder + "/acrin-pet.mhd", vol.Vol(suv, pet.spacing, pet.origin, pet.direction))
    vol.write_mhd(folder + "/acrin-pet10.mhd", vol.Vol(np.minimum(suv, 10), pet.spacing, pet.origin, pet.direction))
"""


def program(root):
    """The benchmark program, precompiled as a shipped one is: a process that lives half a second would mostly compile."""
    project = os.path.join(root, "tests", "bench", "PacsFusion.Benchmarks")
    place = os.path.join(root, "data", "bench", "register-program")
    os.makedirs(place, exist_ok=True)
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "x64")
    done = subprocess.run(["dotnet", "publish", project, "-c", "Release", "-r", f"linux-{machine}", "--self-contained", "false", "-p:PublishReadyToRun=true", "-p:TieredPGO=false",
                           f"-p:NuGetLockFilePath={place}/packages.lock.json", "--artifacts-path", f"{place}/artifacts", "-o", f"{place}/out", "-v", "q"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the benchmarks do not build:\n{done.stdout[-2000:]}")
    return os.path.join(place, "out", "PacsFusion.Benchmarks")


def python():
    return os.environ.get("PY", "/usr/bin/python3")


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


def prepare(tools, folder, acrin):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run([python(), os.path.join(tools, "phantom.py"), folder], env=environment)
    run([python(), "-c", PREPARE, tools, folder, acrin or ""], env=environment)
    pairs = [("phantom CT <- PET", "cth", "pet"), ("phantom CT <- MR", "cth", "mr")]
    return pairs + ([("ACRIN CT <- PET", "acrin-ct", "acrin-pet"), ("ACRIN CT <- PET, SUV <= 10", "acrin-ct", "acrin-pet10")] if acrin else [])


def percentile(values, share):
    """Linear between neighbours, as numpy does by default."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def draw(tools, folder, ours, fixed, moving, draws, seed, peers):
    answer = os.path.join(folder, "answer.json")
    run([python(), os.path.join(tools, "register_truth.py"), f"{folder}/{fixed}.mhd", f"{folder}/{moving}.mhd", "-n", str(draws), "--seed", str(seed), "--json", answer,
         "--exec", f"{ours} register", *(argument for peer in peers for argument in ("-p", os.path.join(tools, peer)))],
        env={**os.environ, "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"})
    rows = json.load(open(answer))["rows"]
    result = {}
    for name, values in rows.items():
        error = [999.0 if value[1] != value[1] else value[1] for value in values]
        result["ours" if name not in peers else name] = {"median": median(error), "p95": percentile(error, 0.95), "failures": sum(e > 5 for e in error),
                                                         "cpuSeconds": median([value[4] for value in values]), "leastCpuSeconds": min(value[4] for value in values)}
    return result


def verdicts(label, result):
    """The bars of this bench; a bar whose peer was not run is left out."""
    own, bars = result["ours"], {}
    if MAIN in result and label.startswith("phantom"):
        bars["median <= main + 0.1"] = own["median"] <= result[MAIN]["median"] + 0.1
        bars["p95 <= main + 0.1"] = own["p95"] <= result[MAIN]["p95"] + 0.1
        bars["cpu <= main / 10"] = own["cpuSeconds"] <= result[MAIN]["cpuSeconds"] / 10
    if QUICK in result:
        bars["median < quick"] = own["median"] < result[QUICK]["median"]
        bars["cpu < quick"] = own["cpuSeconds"] < result[QUICK]["cpuSeconds"]
    if label == "ACRIN CT <- PET":
        bars["median < 1.5"] = own["median"] < 1.5
    bars["no failure"] = own["failures"] == 0
    return bars


def gate(ours, data, crosses):
    pairs = [f"{data}/{fixed},{data}/{moving}" for fixed, moving in PAIRS]
    if crosses:
        pairs += [f"{data}/{a}/{f},{data}/{b}/{m},unrelated" for a, b in itertools.permutations(SERIES, 2) for f in SERIES[a] for m in SERIES[b] if f != "MR_T2_RAW"]
    found = [json.loads(line) for line in run([ours, "assess", *pairs]).splitlines()]
    for each in found:
        each["pair"] = each["pair"].replace(data + "/", "")
    return found


def number(value, digits):
    return "" if value is None else f"{value:.{digits}f}"


def gate_table(found):
    columns = (("headerRatio", 3), ("spread", 2), ("moved", 1), ("degrees", 1), ("overlap", 2), ("dice", 3), ("uptake", 3), ("mirrored", 2), ("turned", 2), ("seconds", 2))
    return table(["pair", "verdict", "transform", *(name for name, _ in columns), "reasons"],
                 [[each["pair"], each["outcome"], each.get("source", ""), *(number(each.get(name), digits) for name, digits in columns), " ".join(each["codes"])] for each in found])


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench register", description=__doc__)
    parser.add_argument("root", help=argparse.SUPPRESS)
    parser.add_argument("--draws", type=int, help="known transforms for each pair (default 10, 50 with --long)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the transforms (default 7)")
    parser.add_argument("--long", action="store_true", help="50 draws, and every cross of patients through the gate")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    draws = options.draws or (50 if options.long else 10)
    if draws < 1:
        parser.error("--draws: at least 1")
    tools = os.path.join(harness.shared_folder(options.root), "bench", "geometry")
    if not os.path.exists(tools):
        harness.finish("Nothing was measured: shared/bench/geometry is not here.", {"skipped": "no shared data"}, options.json)
        return 0
    peers = [MAIN, QUICK] if shutil.which("elastix") else []
    if not peers:
        say("skipped: elastix is not here")
    sets = [harness.unpacked(options.root, name) for name in SERIES]
    data = os.path.dirname(os.path.dirname(sets[0])) if all(sets) else None
    ours = program(options.root)
    folder = tempfile.mkdtemp(prefix="register-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        facts = harness.machine(folder)
        results = {}
        for label, fixed, moving in prepare(tools, folder, data and os.path.join(data, ACRIN)):
            say(f"{label}: {draws} draws ...")
            results[label] = draw(tools, folder, ours, fixed, moving, draws, options.seed, peers)
        say("gate ...")
        found = gate(ours, data, options.long) if data else []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts["loadAfter"] = harness.load()
    bars = {label: verdicts(label, result) for label, result in results.items()}
    rows = [[label, name.replace("elastix-rigid-", "elastix-").replace(".txt", ""), f"{r['median']:.2f}", f"{r['p95']:.2f}", r["failures"], f"{r['cpuSeconds']:.2f} ({r['leastCpuSeconds']:.2f})"]
            for label, result in results.items() for name, r in sorted(result.items(), key=lambda item: item[0] != "ours")]
    text = [f"{facts['date']}; {facts['cores']} x {facts['cpu']}, {facts['memoryGiB']} GiB; load average {facts['loadBefore']} before, {facts['loadAfter']} after. "
            f"{draws} draws of up to 20 mm and 15 degrees on each axis, seed {options.seed}; whole programs on one thread, reading included; draw by draw in turn.",
            table(["pair", "program", "error median, mm", "p95, mm", "over 5 mm", "cpu s median (least)"], rows),
            "\n".join(f"{label}: " + ", ".join(f"{bar} {'holds' if holds else 'MISSED'}" for bar, holds in each.items()) for label, each in bars.items())]
    if found:
        text.append(gate_table(found))
    harness.finish("\n\n".join(text), {"machine": facts, "draws": draws, "seed": options.seed, "pairs": results, "bars": bars, "gate": found}, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
