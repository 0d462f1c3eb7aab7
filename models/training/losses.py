"""Differentiable versions of the fusion metrics, means over the pairs of a batch, on values in [0, 1]."""
import math

import torch
from torch.nn import functional as F


def ssim(x, y):
    """Mean SSIM, 7x7 box, sample covariance, range 1."""
    c1, c2, k = 0.01 ** 2, 0.03 ** 2, 49.0 / 48.0

    def box(z):
        return F.avg_pool2d(z, 7, 1)

    ux, uy = box(x), box(y)
    vx, vy, vxy = k * (box(x * x) - ux * ux), k * (box(y * y) - uy * uy), k * (box(x * y) - ux * uy)
    return (((2 * ux * uy + c1) * (2 * vxy + c2)) / ((ux * ux + uy * uy + c1) * (vx + vy + c2))).mean()


def _sobel(x):
    smooth, rise = x.new_tensor([1.0, 2.0, 1.0]), x.new_tensor([1.0, 0.0, -1.0])
    kernels = torch.stack([torch.outer(smooth, rise), torch.outer(-rise, smooth)]).unsqueeze(1)
    gx, gy = F.conv2d(x, kernels, padding=1).split(1, 1)
    strength = torch.sqrt(gx * gx + gy * gy + 1e-4)
    return strength, torch.atan(gy / (gx + torch.where(gx < 0, -0.01, 0.01)))


def qabf(fused, sources):
    """Edge transfer of Xydeas and Petrovic (2000), weighted by the sources' edge strength."""
    strength_f, angle_f = _sobel(fused * 255)
    kept = total = 0.0
    for source in sources:
        strength, angle = _sobel(source * 255)
        ratio = torch.minimum(strength, strength_f) / torch.maximum(strength, strength_f)
        aligned = 1 - (angle - angle_f).abs() / (math.pi / 2)
        kept = kept + (strength * 0.9994 * torch.sigmoid(15 * (ratio - 0.5))
                       * 0.9879 * torch.sigmoid(22 * (aligned - 0.8))).sum((1, 2, 3))
        total = total + strength.sum((1, 2, 3))
    return (kept / total).mean()


def _gauss(x, size):
    t = torch.arange(size, dtype=x.dtype) - size // 2
    k = torch.exp(-t * t / (2 * (size / 5.0) ** 2))
    k = k / k.sum()
    return F.conv2d(F.conv2d(x, k.view(1, 1, size, 1)), k.view(1, 1, 1, size))


def vif(reference, image):
    """Pixel-domain visual information fidelity (Sheikh and Bovik), four scales, noise variance 2."""
    x, y, noise, kept, total = reference * 255, image * 255, 2.0, 0.0, 0.0
    for scale in range(4):
        size = 2 ** (4 - scale) + 1
        if scale:
            x, y = _gauss(x, size)[:, :, ::2, ::2], _gauss(y, size)[:, :, ::2, ::2]
        count = x.shape[0]
        moments = _gauss(torch.cat([x, y, x * x, y * y, x * y]), size).split(count)
        mx, my = moments[0], moments[1]
        vx, vy = (moments[2] - mx * mx).clamp_min(0), (moments[3] - my * my).clamp_min(0)
        gain = ((moments[4] - mx * my) / (vx + 1e-3)).clamp_min(0)
        rest = (vy - gain * (moments[4] - mx * my)).clamp_min(1e-4)
        kept = kept + torch.log1p(gain * gain * vx / (rest + noise)).sum((1, 2, 3))
        total = total + torch.log1p(vx / noise).sum((1, 2, 3))
    return (kept / (total + 1e-3)).clamp_max(2).mean()


def _correlation(x, y):
    x = x - x.mean((1, 2, 3), keepdim=True)
    y = y - y.mean((1, 2, 3), keepdim=True)
    power = (x * x).sum((1, 2, 3)) * (y * y).sum((1, 2, 3))
    return ((x * y).sum((1, 2, 3)) / torch.sqrt(power + 1e-3)).mean()


def loss(fused, a, b, weights):
    """The weighted sum that training brings down, and its parts for the log."""
    high, low = torch.maximum(a, b), torch.minimum(a, b)
    parts = {
        "qabf": qabf(fused, (a, b)),
        "ssim": (ssim(fused, a) + ssim(fused, b)) / 2,
        "vif": vif(a, fused) + vif(b, fused),
        "scd_of_maximum": _correlation(a, high - b) + _correlation(b, high - a),
        "scd": _correlation(a, fused - b) + _correlation(b, fused - a),
        "intensity": (fused - high).abs().mean(),
        "range": (F.relu(fused - high) + F.relu(low - fused)).mean(),
    }
    total = (-weights["qabf"] * parts["qabf"] - weights["ssim"] * parts["ssim"] - weights["vif"] * parts["vif"].clamp_max(3)
             + weights["intensity"] * parts["intensity"] + weights["range"] * parts["range"])
    # What is left of both sources may fall to a share of what the plain maximum leaves, not below.
    total = total + weights["scd_floor"] * F.relu(weights["scd_share"] * parts["scd_of_maximum"] - parts["scd"])
    return total, {k: float(v.detach()) for k, v in parts.items()}
