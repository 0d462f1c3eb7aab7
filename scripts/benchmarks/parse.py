"""bench parse: opening files, header alone and whole, beside GDCM, DCMTK and pydicom, in interleaved rounds. See docs/performance.md."""
import argparse
import glob
import json
import os
import subprocess
import sys

import harness
from harness import say, table

GATES = {"header": 0.5, "full": 1.0}


def allocations(program, data):
    found = {}
    for series in ("ct", "pet"):
        files = sorted(glob.glob(os.path.join(data, series, "*.dcm")))
        for kind in GATES:
            done = subprocess.run([program, "parse-allocations", kind, *files], capture_output=True, text=True, check=True)
            found[f"{series} {kind}"] = json.loads(done.stdout)["bytesPerFile"]
    return found


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench parse", description=__doc__)
    parser.add_argument("root", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    script = os.path.join(harness.shared_folder(options.root), "bench", "parse", "run.py")
    if not os.path.exists(script):
        raise SystemExit(f"the peers' programs are not here: {script}")
    program = harness.benchmarks(options.root)
    work = os.path.join(options.root, "data", "bench", "parse")
    os.makedirs(work, exist_ok=True)
    facts = harness.machine(work)
    output = os.path.join(work, "rows.json")
    say("building and running the peers ...")
    done = subprocess.run(["/usr/bin/python3", script, "--rounds", str(options.rounds), "--work", work, "--json", output, "--add", f"PacsFusion={program} parse"],
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{script} ended with {done.returncode}")
    facts["loadAfter"] = harness.load()
    rows = json.load(open(output))["rows"]
    figures = {(row["reader"], row["series"], row["kind"]): row for row in rows}
    readers = list(dict.fromkeys(row["reader"] for row in rows))
    cells = [[reader, *(f"{row['min_us']:.1f} [{row['median_us']:.1f}]" if (row := figures.get((reader, series, kind))) else "-"
                        for series in ("ct", "pet") for kind in GATES)] for reader in readers]
    verdicts, lines = {}, []
    for series in ("ct", "pet"):
        for kind, limit in GATES.items():
            ours, peer = figures.get(("PacsFusion", series, kind)), figures.get(("GDCM C++", series, "full"))
            if ours and peer:
                ratio = ours["min_us"] / peer["min_us"]
                verdicts[f"{series} {kind}"] = {"ratio": ratio, "limit": limit, "holds": ratio <= limit}
                lines.append([series.upper(), kind, f"{ratio:.2f}", f"<= {limit}", "yes" if ratio <= limit else "NO"])
    allocated = allocations(program, os.path.join(work, "data"))
    text = [f"{facts['date']}; {facts['cores']} x {facts['cpu']}; load average {facts['loadBefore']} before, {facts['loadAfter']} after. "
            f"Microseconds per file: lowest round [median], {options.rounds} interleaved rounds, files in the page cache.",
            table(["reader", "CT header", "CT whole", "PET header", "PET whole"], cells),
            table(["series", "ours", "of GDCM C++ whole", "asked", "holds"], lines) if lines else "GDCM could not be built here (libgdcm-dev, g++).",
            "Allocated per file: " + ", ".join(f"{name} {count} bytes" for name, count in allocated.items())]
    harness.finish("\n\n".join(text), {"machine": facts, "rows": rows, "verdicts": verdicts, "allocated": allocated}, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
