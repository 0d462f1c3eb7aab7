#!/usr/bin/env python3
"""Trains the three networks with fixed rules, one after another, and writes them as ONNX; README.md has the command."""
import argparse
import hashlib
import json
import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch

import phantoms
import slices
from losses import loss
from network import export
from rule_network import RULES, RuleNetwork
from train import SEED_PHANTOMS, SEED_SLICES, Patches, content_hash

STEPS, RATE, PATCH, SEED = 450, 2e-3, 96, 31
WEIGHTS = dict(qabf=6, ssim=8, vif=1.0, scd_floor=1, scd_share=0.88, intensity=0.02, range=0.5)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--out", required=True, help="folder for the ONNX files and their records")
    p.add_argument("--slices", help="sts-slices.npz; without it only phantoms are used")
    p.add_argument("--phantoms", type=int, default=900, help="synthetic pairs (default 900)")
    options = p.parse_args()
    os.makedirs(options.out, exist_ok=True)
    torch.set_num_threads(1)
    synthetic = phantoms.pairs(options.phantoms, SEED_PHANTOMS)
    real = slices.pairs(options.slices, SEED_SLICES) if options.slices else []
    data = dict(synthetic=len(synthetic), real=len(real), sha256=content_hash(synthetic + real))
    for rule in RULES:
        torch.manual_seed(SEED)
        network, patches, started = RuleNetwork(rule), Patches(synthetic, real, SEED, PATCH), time.time()
        optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS, RATE / 50)
        for step in range(1, STEPS + 1):
            a, b = patches.batch()
            total, parts = loss(network(a, b)[0], a, b, WEIGHTS)
            optimiser.zero_grad()
            total.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if step % 50 == 0:
                print(rule, step, json.dumps({k: round(v, 4) for k, v in parts.items()}), f"{time.time() - started:.0f} s", flush=True)
        path = os.path.join(options.out, f"features-{rule}.onnx")
        export(network, path)
        with open(path, "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        with open(os.path.join(options.out, f"features-{rule}.record.json"), "w") as f:
            json.dump(dict(rule=rule, steps=STEPS, data=data, sha256=digest, parameters=sum(q.numel() for q in network.parameters())), f, indent=2)


if __name__ == "__main__":
    main()
