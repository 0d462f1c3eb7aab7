"""bench decode: one 512x512 frame from file to pixels, beside GDCM and DCMTK, in interleaved rounds. See docs/performance.md."""
import argparse
import collections
import glob
import json
import os
import subprocess
import sys

import harness
from harness import median, say, table

FRAMES = ("ct_s16.rle", "ct_s16.sv1", "ct_s16.jls", "ct_s16.j2k", "ct_s16.htj2k", "ct_s16.jxl", "ct_u12.jpeg12", "gray8.jpeg", "rgb8.jpeg", "ct_s16")
# Times of GDCM, or of DCMTK where it is named: 1.3 times what the sandboxed module took beside it when it was chosen.
GATES = {"ct_s16.rle": ("dcmtk", 1.0), "ct_s16.sv1": ("gdcm", 1.16), "ct_s16.jls": ("gdcm", 1.78), "ct_s16.j2k": ("gdcm", 1.53), "ct_u12.jpeg12": ("gdcm", 1.49),
         "gray8.jpeg": ("gdcm", 1.94), "rgb8.jpeg": ("gdcm", 1.01)}
MADE = {"ct_s16.htj2k": "1.2.840.10008.1.2.4.201", "ct_s16.jxl": "1.2.840.10008.1.2.4.110"}


def native(work, source):
    exe = os.path.join(work, "native_decode")
    done = subprocess.run(["g++", "-O2", "-std=c++17", *["-I" + d for d in glob.glob("/usr/include/gdcm-*")], "-o", exe, source, "-lgdcmMSFF", "-lgdcmDSED", "-lgdcmDICT",
                           "-lgdcmCommon", "-ldcmjpeg", "-ldcmjpls", "-ldcmimgle", "-ldcmdata", "-loflog", "-lofstd"], capture_output=True, text=True)
    if done.returncode != 0:
        say(f"skipped: GDCM and DCMTK do not build here: {(done.stderr.splitlines() or ['?'])[0]}")
        return None
    return exe


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench decode", description=__doc__)
    parser.add_argument("root", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=4, help="interleaved rounds of 5 (default 4)")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    shared = os.path.join(harness.shared_folder(options.root), "bench", "parse", "codecs")
    if not os.path.exists(shared):
        raise SystemExit(f"the peers' programs are not here: {shared}")
    program = harness.benchmarks(options.root)
    work = os.path.join(options.root, "data", "bench", "decode")
    frames = os.path.join(work, "frames")
    if not os.path.exists(os.path.join(frames, "manifest.json")):
        os.makedirs(work, exist_ok=True)
        subprocess.run(["/usr/bin/python3", os.path.join(shared, "prepare.py"), frames], check=True, stdout=subprocess.DEVNULL)
    for name, syntax in MADE.items():
        if not os.path.exists(os.path.join(frames, name + ".dcm")):
            subprocess.run([program, "transcode", os.path.join(frames, "ct_s16.dcm"), os.path.join(frames, name + ".dcm"), syntax], check=True)
    facts = harness.machine(work)
    exe = native(work, os.path.join(shared, "native_decode.cpp"))
    files = [path for name in FRAMES if os.path.exists(path := os.path.join(frames, name + ".dcm"))]
    # One core for everybody: OpenJPEG in GDCM takes all that are free, and a node decodes as many frames at once as it has cores.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    got = collections.defaultdict(list)
    for number in range(options.rounds):
        say(f"round {number + 1}/{options.rounds} ...")
        done = subprocess.run([program, "decode", "5", *files], capture_output=True, text=True, check=True)
        for name, values in json.loads(done.stdout).items():
            got["ours", name] += values
        for peer in ("gdcm", "dcmtk") if exe else ():
            done = subprocess.run([exe, peer, "5", *files], capture_output=True, text=True, check=True)
            for name, values in json.loads(done.stdout.splitlines()[-1]).items():
                got[peer, name[:-4]] += values
    facts["loadAfter"] = harness.load()
    rows, verdicts = [], {}
    for name in FRAMES:
        ours = got.get(("ours", name))
        if not ours:
            continue
        peer, limit = GATES.get(name, (None, None))
        ratio = min(ours) / min(got[peer, name]) if peer and got.get((peer, name)) else None
        if ratio is not None:
            verdicts[name] = {"peer": peer, "ratio": ratio, "limit": limit, "holds": ratio <= limit}
        rows.append([name, *(f"{min(v):.2f} [{median(v):.2f}]" if (v := got.get((who, name))) else "-" for who in ("ours", "gdcm", "dcmtk")),
                     f"{ratio:.2f} of {peer.upper()}" if ratio is not None else "", f"<= {limit}" if ratio is not None else "", ("yes" if ratio <= limit else "NO") if ratio is not None else ""])
    text = [f"{facts['date']}; {facts['cores']} x {facts['cpu']}; load average {facts['loadBefore']} before, {facts['loadAfter']} after. "
            f"Milliseconds from file to pixels: lowest [median] of {options.rounds} interleaved rounds of 5, each program on one core.",
            table(["frame", "ours", "GDCM", "DCMTK", "ratio", "asked", "holds"], rows)]
    harness.finish("\n\n".join(text), {"machine": facts, "milliseconds": {f"{who} {name}": values for (who, name), values in got.items()}, "verdicts": verdicts}, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
