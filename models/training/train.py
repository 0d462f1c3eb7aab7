#!/usr/bin/env python3
"""Trains the fusion network, one stage at a time, and writes it as ONNX; README.md has the commands."""
import argparse
import copy
import hashlib
import json
import math
import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch

import onnx_weights
import phantoms
import slices
from losses import loss
from network import FusionNetwork, export

SEED_PHANTOMS, SEED_SLICES = 20260101, 7
BATCH, REAL_SHARE, WARM_UP = 4, 0.3, 20

# Each goes on from the averaged weights of the one before; README.md has the whole way of the shipped file. "steps" were run;
# "cosine" is the length that the fall of the rate was laid out for, None a constant rate.
STAGES = {
    "limit": dict(steps=600, rate=1e-3, cosine=2400, patch=112, seed=11, average=0.998,
                  weights=dict(qabf=5, ssim=8, vif=0.9, scd_floor=1, scd_share=0.88, intensity=0.02, range=0.3)),
    "bands": dict(steps=300, rate=1e-3, cosine=None, patch=96, seed=12, average=0.996,
                  weights=dict(qabf=6, ssim=8, vif=1.0, scd_floor=1, scd_share=0.88, intensity=0.02, range=0.05)),
    "contrast": dict(steps=600, rate=1e-3, cosine=None, patch=96, seed=13, average=0.996,
                     weights=dict(qabf=6, ssim=8, vif=1.2, scd_floor=1, scd_share=0.88, intensity=0.02, range=0.05)),
    "balance": dict(steps=1800, rate=1e-3, cosine=3000, patch=96, seed=14, average=0.996,
                    weights=dict(qabf=7, ssim=9, vif=1.3, scd_floor=2, scd_share=0.93, intensity=0.02, range=0.05)),
    "growth": dict(steps=1200, rate=8e-4, cosine=2000, patch=96, seed=15, average=0.996,
                   weights=dict(qabf=7.5, ssim=8.5, vif=1.7, scd_floor=2, scd_share=0.91, intensity=0.02, range=0.05)),
    "uptake": dict(steps=300, rate=5e-4, cosine=1500, patch=96, seed=16, average=0.996,
                   weights=dict(qabf=7.5, ssim=8.5, vif=1.7, scd_floor=1.5, scd_share=1.0, intensity=0.02, range=0.05)),
}


def content_hash(pairs):
    """SHA-256 over every pixel and size, in order: what the weights were trained on."""
    h = hashlib.sha256()
    for a, b in pairs:
        h.update(np.array(a.shape, "<i4").tobytes() + a.tobytes() + b.tobytes())
    return h.hexdigest()


class Patches:
    def __init__(self, synthetic, real, seed, size):
        self.synthetic, self.real, self.rng, self.size = synthetic, real, np.random.default_rng(seed), size

    def _one(self):
        rng, size = self.rng, self.size
        pool = self.real if self.real and rng.random() < REAL_SHARE else self.synthetic
        while True:
            a, b = pool[rng.integers(len(pool))]
            y, x = (rng.integers(n - size + 1) for n in a.shape)
            a, b = a[y:y + size, x:x + size], b[y:y + size, x:x + size]
            if (np.maximum(a, b) > 8).mean() >= 0.35:
                break
        if rng.random() < 0.5:
            a, b = a[::-1], b[::-1]
        if rng.random() < 0.5:
            a, b = a[:, ::-1], b[:, ::-1]
        if rng.random() < 0.5:
            a, b = a.T, b.T
        return a, b

    def batch(self):
        drawn = [self._one() for _ in range(BATCH)]
        return [torch.from_numpy(np.stack([d[i] for d in drawn]).astype(np.float32) / 255).unsqueeze(1) for i in (0, 1)]


def load(network, path):
    """
    Takes over the weights of a file, which may be of a smaller network: layers that it has not keep their start without effect, and
    of layers that have grown the new units are not listened to yet.
    """
    own = network.state_dict()
    for name, values in onnx_weights.read(path).items():
        if name not in own:
            continue
        values, grown = torch.from_numpy(values), own[name]
        if grown.shape != values.shape and not name.startswith("judge"):
            grown.zero_()
        grown[tuple(slice(n) for n in values.shape)] = values
    network.load_state_dict(own)


def save(network, average, folder, record):
    """Writes the running average, which ships, and the weights of this very step."""
    for name, which in (("averaged", average), ("latest", network)):
        path = os.path.join(folder, f"{record['stage']}-{name}-{record['steps']:05d}.onnx")
        export(which, path)
        with open(path, "rb") as f:
            record[name] = dict(file=os.path.basename(path), sha256=hashlib.sha256(f.read()).hexdigest())
    with open(os.path.join(folder, f"{record['stage']}-record-{record['steps']:05d}.json"), "w") as f:
        json.dump(record, f, indent=2)


def train(options):
    stage = STAGES[options.stage]
    torch.set_num_threads(1)
    torch.manual_seed(stage["seed"])
    started = time.time()
    synthetic = phantoms.pairs(options.phantoms, SEED_PHANTOMS)
    real = slices.pairs(options.slices, SEED_SLICES) if options.slices else []
    data = dict(synthetic=len(synthetic), real=len(real), sha256=content_hash(synthetic + real))
    print("data", json.dumps(data), f"{time.time() - started:.0f} s", flush=True)

    network = FusionNetwork()
    if options.start:
        load(network, options.start)
    average = copy.deepcopy(network)
    patches = Patches(synthetic, real, stage["seed"], stage["patch"])
    optimiser = torch.optim.Adam(network.parameters(), lr=stage["rate"])
    recent, started, cpu = [], time.time(), time.process_time()
    for step in range(1, stage["steps"] + 1):
        fall = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / stage["cosine"])) if stage["cosine"] else 1
        for group in optimiser.param_groups:
            group["lr"] = stage["rate"] * fall * min(1, step / WARM_UP)
        a, b = patches.batch()
        fused, _ = network(a, b)
        total, parts = loss(fused, a, b, stage["weights"])
        optimiser.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        # The plain average of the first steps would hold on to the start for too long.
        keep = min(stage["average"], step / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), network.parameters()):
                slow.mul_(keep).add_(fast, alpha=1 - keep)
        recent.append(parts)
        if step % 100 == 0:
            means = {k: round(float(np.mean([r[k] for r in recent])), 4) for k in parts}
            print(options.stage, step, json.dumps(means), f"{time.time() - started:.0f} s", flush=True)
            recent = []
        if step % options.every == 0 or step == stage["steps"]:
            save(network, average, options.out, dict(
                stage=options.stage, steps=step, start=options.start, data=data, parameters=sum(p.numel() for p in network.parameters()),
                wallSeconds=round(time.time() - started), cpuSeconds=round(time.process_time() - cpu)))


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--stage", required=True, choices=STAGES)
    p.add_argument("--start", help="ONNX file whose weights are gone on from; without it a soft maximum of seeded features")
    p.add_argument("--out", required=True, help="folder for the ONNX files and their records")
    p.add_argument("--slices", help="sts-slices.npz; without it only phantoms are used")
    p.add_argument("--phantoms", type=int, default=900, help="synthetic pairs (default 900)")
    p.add_argument("--every", type=int, default=300, help="steps between exports (default 300)")
    options = p.parse_args()
    os.makedirs(options.out, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main()
