"""bench metrics: the fusion metrics beside the reference evaluator, same pictures, one run: agreement and processor time per pair."""
import argparse
import json
import os
import subprocess
import sys
import time

import harness
from harness import say, table

MODEL = "laplacian-pyramid"
GOAL = 5
# So short a run would otherwise measure the compiler as much as the metrics.
FULLY_COMPILED = {"DOTNET_TieredCompilation": "0", "DOTNET_TieredPGO": "0"}
DEBIAN_PYTHON = "/usr/bin/python3"


def product(exe, root, pairs, out):
    """Means by kind, and processor milliseconds a pair, of the product's own command."""
    done = subprocess.run([exe, "models", "evaluate", "--data", pairs, "--model", MODEL, "--out", out, "--json", "--config", os.path.join(root, "config", "node.yaml")],
                          capture_output=True, text=True, env={**os.environ, **FULLY_COMPILED})
    if done.returncode != 0:
        raise SystemExit(f"models evaluate ended with {done.returncode}:\n{done.stderr[-2000:]}")
    kinds = json.loads(done.stdout.splitlines()[-1])["kinds"]
    return {kind: entry["models"][MODEL] for kind, entry in kinds.items()}


def reference(evaluate, pairs, out):
    """The same means and times by the evaluator itself, in this process; reading the pictures is not timed."""
    results = {}
    for kind, folder in evaluate.kinds_of(pairs):
        rows, spent = [], 0.0
        for name in sorted(os.listdir(os.path.join(folder, "A"))):
            images = [evaluate.load_luma(path) for path in (os.path.join(out, MODEL, kind, name), os.path.join(folder, "A", name), os.path.join(folder, "B", name))]
            started = time.process_time()
            rows.append(evaluate.measure(*images))
            spent += time.process_time() - started
        results[kind] = {"mean": {key: sum(row[key] for row in rows) / len(rows) for key in rows[0]}, "milliseconds": 1000 * spent / len(rows)}
    return results


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench metrics", description=__doc__)
    parser.add_argument("root", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds; the fastest counts (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: at least 1")
    root = options.root
    shared = harness.shared_folder(root)
    pairs, evaluator = os.path.join(shared, "data", "harvard"), os.path.join(shared, "fusion")
    if not os.path.isdir(pairs) or not os.path.isdir(evaluator):
        harness.finish("Nothing was measured: the shared data is not here.", {"skipped": "no shared data"}, options.json)
        return 0
    # One thread, as the comparison is per core.
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    sys.path.insert(0, evaluator)
    try:
        import evaluate
    except ImportError as missing:
        # The first python3 of the path need not be the one that Debian's packages belong to.
        if os.path.exists(DEBIAN_PYTHON) and not os.path.samefile(DEBIAN_PYTHON, sys.executable):
            os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, "-B", *sys.argv])
        harness.finish(f"Nothing was measured: {missing.name} is not here (Debian: python3-numpy, python3-scipy, python3-pil).", {"skipped": missing.name}, options.json)
        return 0
    exe = os.path.join(root, "src", "PacsFusion.Node", "bin", "Release", "net10.0", "pacsfusion")
    with harness.Workplace(root) as place:
        facts, own, other = harness.machine(place.folder), [], []
        for number in range(options.rounds):
            say(f"metrics {number + 1}/{options.rounds} ...")
            own.append(product(exe, root, pairs, place.folder))
            other.append(reference(evaluate, pairs, place.folder))
    facts["loadAfter"] = harness.load()
    rows, answer, good = [], {}, True
    for kind in own[0]:
        ours, theirs = min(run[kind]["measuringMilliseconds"] for run in own), min(run[kind]["milliseconds"] for run in other)
        apart = {key: abs(value - other[0][kind]["mean"][key]) for key, value in own[0][kind]["mean"].items()}
        worst = max(apart, key=apart.get)
        good = good and apart[worst] < 1e-3 and theirs >= GOAL * ours
        rows.append([kind, own[0][kind]["pairs"], f"{ours:.1f}", f"{theirs:.1f}", f"{theirs / ours:.1f}", f"{apart[worst]:.1e} ({worst})"])
        answer[kind] = {"milliseconds": ours, "referenceMilliseconds": theirs, "greatestDifference": apart}
    text = "\n\n".join([
        f"{facts['date']}; {facts['cores']} x {facts['cpu']}; load average {facts['loadBefore']} before, {facts['loadAfter']} after. Fastest of {options.rounds} interleaved rounds, "
        f"processor time of one pair of 256x256 measured on a fused picture ({MODEL}); the reference computes SSIM_g besides.",
        table(["kind", "pairs", "this product, ms", "reference, ms", "times as fast", "greatest difference of a mean"], rows)])
    harness.finish(text, {"machine": facts, "rounds": options.rounds, "kinds": answer, "good": good}, options.json)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
