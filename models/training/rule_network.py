"""A small feature-level network of the kind of IFCNN: features of both images meet by a fixed rule and are turned back into one image.

Before training it is the rule itself on the pixels: one channel is handed through unchanged, the others begin without effect.
"""
import torch
from torch import nn
from torch.nn import functional as F

SLOPE = 0.2
RULES = ("max", "mean", "sum")


def _handing_through(inputs, outputs, quiet):
    layer = nn.Conv2d(inputs, outputs, 3, padding=1)
    nn.init.kaiming_normal_(layer.weight, a=SLOPE)
    nn.init.zeros_(layer.bias)
    with torch.no_grad():
        if quiet:
            layer.weight.zero_()
        layer.weight[0].zero_()
        layer.weight[0, 0, 1, 1] = 1
    return layer


class RuleNetwork(nn.Module):
    def __init__(self, rule):
        super().__init__()
        self.rule = rule
        self.see = _handing_through(1, 16, quiet=False)
        self.describe = _handing_through(16, 24, quiet=False)
        self.gather = _handing_through(24, 16, quiet=False)
        self.draw = _handing_through(16, 1, quiet=True)

    def features(self, x):
        return F.leaky_relu(self.describe(F.leaky_relu(self.see(x), SLOPE)), SLOPE)

    def forward(self, a, b):
        of_a, of_b = self.features(a), self.features(b)
        if self.rule == "max":
            joint = torch.maximum(of_a, of_b)
        elif self.rule == "mean":
            joint = (of_a + of_b) / 2
        else:
            joint = of_a + of_b
        fused = self.draw(F.leaky_relu(self.gather(joint), SLOPE))
        # The sign keeps background exactly 0.
        fused = fused.clamp(0, 1) * torch.sign(torch.maximum(a, b))
        strength_a, strength_b = (of.abs().mean(1, keepdim=True) for of in (of_a, of_b))
        return fused, strength_a / (strength_a + strength_b + 1e-6)
