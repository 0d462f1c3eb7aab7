"""The fusion network: two grey images in [0, 1] to one, with the weight map that made it.

Both streams share their weights and meet only through maximum and sum, so swapping the
inputs changes nothing. There is no normalisation layer and no global pooling: what a pixel
becomes depends on its neighbourhood alone, so a cropped image gives the same values.
"""
import torch
from torch import nn
from torch.nn import functional as F

SLOPE = 0.2
SOFT_MAXIMUM = 10.0
# How far a pixel may leave the range of its two sources: two grey levels of 256.
MARGIN = 2 / 255
BANDS, JUDGES = 2, 32


def _conv(inputs, outputs, dilation=1):
    layer = nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)
    nn.init.kaiming_normal_(layer.weight, a=SLOPE)
    nn.init.zeros_(layer.bias)
    return layer


def bands(x):
    """What is finer than 3 pixels, and what lies between 3 and 9."""
    fine, coarse = (F.avg_pool2d(x, n, 1, n // 2, count_include_pad=False) for n in (3, 9))
    return torch.cat([x - fine, fine - coarse], 1)


class Encoder(nn.Module):
    """16 channels at full size beside 24 that looked at half size."""

    def __init__(self):
        super().__init__()
        self.fine = nn.ModuleList([_conv(1, 16), _conv(16, 16)])
        self.coarse = nn.ModuleList([_conv(16, 24), _conv(24, 24, dilation=2)])

    def forward(self, x):
        for layer in self.fine:
            x = F.leaky_relu(layer(x), SLOPE)
        height, width = x.shape[2], x.shape[3]
        # One replicated row and column makes odd sizes pool like even ones; even sizes drop it again.
        half = F.avg_pool2d(F.pad(x, (0, 1, 0, 1), mode="replicate"), 2)
        for layer in self.coarse:
            half = F.leaky_relu(layer(half), SLOPE)
        back = F.interpolate(half, scale_factor=2.0, mode="bilinear", align_corners=False)
        return x, back[:, :, :height, :width]


class FusionNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.meet = nn.Conv2d(80, 24, 1)
        self.near = _conv(24, 24)
        self.far = _conv(24, 24, dilation=2)
        self.widen = nn.Conv2d(24, 48, 1)
        self.narrow = nn.Conv2d(48, 24, 1)
        self.judge = nn.Conv2d(64, JUDGES, 1)
        self.score = nn.Conv2d(JUDGES, 1, 1)
        self.gates = nn.Conv2d(JUDGES, BANDS, 1)
        self.residual = nn.Conv2d(24, 1, 3, padding=1)
        self.look = _conv(27, 24)
        self.correct = nn.Conv2d(24, 1, 3, padding=1)
        for layer in (self.meet, self.widen, self.judge):
            nn.init.kaiming_normal_(layer.weight, a=SLOPE)
            nn.init.zeros_(layer.bias)
        # All start at zero: before the first step the network is a soft maximum.
        for layer in (self.score, self.gates, self.narrow, self.residual, self.correct):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, a, b):
        a_fine, a_back = self.encoder(a)
        b_fine, b_back = self.encoder(b)
        joint = self.meet(torch.cat([
            torch.maximum(a_fine, b_fine), torch.maximum(a_back, b_back), a_fine + b_fine, a_back + b_back], 1))
        joint = F.leaky_relu(joint, SLOPE)
        joint = joint + F.leaky_relu(self.near(joint), SLOPE)
        joint = joint + F.leaky_relu(self.far(joint), SLOPE)
        joint = joint + self.narrow(F.leaky_relu(self.widen(joint), SLOPE))

        def judged(fine, back):
            return F.leaky_relu(self.judge(torch.cat([fine, back, joint], 1)), SLOPE)

        of_a, of_b = judged(a_fine, a_back), judged(b_fine, b_back)
        weight = torch.sigmoid(self.score(of_a) - self.score(of_b) + SOFT_MAXIMUM * (a - b))
        detail = ((torch.tanh(self.gates(of_a)) * bands(a)).sum(1, keepdim=True)
                  + (torch.tanh(self.gates(of_b)) * bands(b)).sum(1, keepdim=True))
        low, high = torch.minimum(a, b), torch.maximum(a, b)
        fused = weight * a + (1 - weight) * b + detail
        # What came of it is looked at once more beside its bounds.
        seen = F.leaky_relu(self.look(torch.cat([joint, fused, low, high], 1)), SLOPE)
        fused = fused + torch.tanh(self.residual(joint) + self.correct(seen))
        # Contrast comes from the sources' own detail, brightness from between them; the sign keeps background exactly 0.
        fused = torch.minimum(torch.maximum(fused, low - MARGIN), high + MARGIN) * torch.sign(high)
        return fused.clamp(0, 1), weight


def export(network, path):
    """Writes the network as ONNX, opset 17, any N, H and W."""
    network.eval()
    sample = torch.zeros(1, 1, 64, 64)
    axes = {0: "n", 2: "h", 3: "w"}
    torch.onnx.export(network, (sample, sample), path, opset_version=17, input_names=["a", "b"],
                      output_names=["fused", "weight"],
                      dynamic_axes={"a": axes, "b": axes, "fused": axes, "weight": axes})
    network.train()
