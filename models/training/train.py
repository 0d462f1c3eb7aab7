#!/usr/bin/env python3
"""Trains the fusion network from seeds and writes it as ONNX; README.md has the command."""
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

import phantoms
import slices
from losses import loss
from network import FusionNetwork, export

SEED_WEIGHTS, SEED_PATCHES, SEED_PHANTOMS, SEED_SLICES = 1, 3, 20260101, 7
PATCH, BATCH, REAL_SHARE = 112, 4, 0.25
EMA = 0.995

# Steps, highest learning rate, loss weights: first edges and contrast, then structure, last less that neither source has.
PHASES = [
    (350, 2e-3, dict(qabf=2, ssim=2, vif=1, scd=0.2, intensity=1, range=2)),
    (800, 1.5e-3, dict(qabf=4, ssim=6, vif=0.7, scd=0.2, intensity=0.2, range=0.05)),
    (1200, 1e-3, dict(qabf=4, ssim=6, vif=0.7, scd=0.2, intensity=0.2, range=0.05)),
    (1500, 1e-3, dict(qabf=5, ssim=6, vif=0.8, scd=0.1, intensity=0.2, range=0.5)),
]


def content_hash(pairs):
    """SHA-256 over every pixel and size, in order: what the weights were trained on."""
    h = hashlib.sha256()
    for a, b in pairs:
        h.update(np.array(a.shape, "<i4").tobytes() + a.tobytes() + b.tobytes())
    return h.hexdigest()


class Patches:
    def __init__(self, synthetic, real, seed):
        self.synthetic, self.real, self.rng = synthetic, real, np.random.default_rng(seed)

    def _one(self):
        rng = self.rng
        pool = self.real if self.real and rng.random() < REAL_SHARE else self.synthetic
        while True:
            a, b = pool[rng.integers(len(pool))]
            y, x = (rng.integers(n - PATCH + 1) for n in a.shape)
            a, b = a[y:y + PATCH, x:x + PATCH], b[y:y + PATCH, x:x + PATCH]
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


def train(options):
    torch.set_num_threads(1)
    torch.manual_seed(SEED_WEIGHTS)
    started = time.time()
    synthetic = phantoms.pairs(options.phantoms, SEED_PHANTOMS)
    real = slices.pairs(options.slices, SEED_SLICES) if options.slices else []
    data = dict(synthetic=len(synthetic), real=len(real), sha256=content_hash(synthetic + real))
    print("data", json.dumps(data), f"{time.time() - started:.0f} s", flush=True)

    network = FusionNetwork()
    average = copy.deepcopy(network)
    patches = Patches(synthetic, real, SEED_PATCHES)
    done, recent, started, cpu = 0, [], time.time(), time.process_time()
    for number, (steps, top, weights) in enumerate(PHASES, 1):
        optimiser = torch.optim.Adam(network.parameters(), lr=top)
        for step in range(steps):
            rate = top * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / steps))) * min(1, (step + 1) / 20)
            for group in optimiser.param_groups:
                group["lr"] = rate
            a, b = patches.batch()
            fused, _ = network(a, b)
            total, parts = loss(fused, a, b, weights)
            optimiser.zero_grad()
            total.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            done += 1
            # The plain average of the first steps would hold on to the start for too long.
            keep = min(EMA, done / (done + 10))
            with torch.no_grad():
                for slow, fast in zip(average.parameters(), network.parameters()):
                    slow.mul_(keep).add_(fast, alpha=1 - keep)
            recent.append(parts)
            if done % 50 == 0:
                means = {k: round(float(np.mean([r[k] for r in recent])), 4) for k in parts}
                print(number, done, json.dumps(means), f"{time.time() - started:.0f} s", flush=True)
                recent = []
            if done % options.every == 0 or step == steps - 1:
                record = dict(phase=number, steps=done, data=data, parameters=sum(p.numel() for p in network.parameters()),
                              wallSeconds=round(time.time() - started), cpuSeconds=round(time.process_time() - cpu))
                for name, which in (("averaged", average), ("latest", network)):
                    path = os.path.join(options.out, f"{name}-{done:05d}.onnx")
                    export(which, path)
                    with open(path, "rb") as f:
                        record[name] = dict(file=os.path.basename(path), sha256=hashlib.sha256(f.read()).hexdigest())
                with open(os.path.join(options.out, f"record-{done:05d}.json"), "w") as f:
                    json.dump(record, f, indent=2)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", required=True, help="folder for the ONNX files and their records")
    p.add_argument("--slices", help="sts-slices.npz; without it only phantoms are used")
    p.add_argument("--phantoms", type=int, default=900, help="synthetic pairs (default 900)")
    p.add_argument("--every", type=int, default=200, help="steps between exports (default 200)")
    options = p.parse_args()
    os.makedirs(options.out, exist_ok=True)
    train(options)


if __name__ == "__main__":
    main()
