"""Synthetic image pairs: heads, trunks and textured shapes as CT, MR, PET and SPECT show them.

Everything is drawn from one seeded generator; no image of a person goes into it.
"""
import numpy as np
from scipy import ndimage

SIZE = 256
BACKGROUND, SCALP, SKULL, CSF, GREY, WHITE, NUCLEI, AIR, LESION, OEDEMA, CALCIUM = range(11)


def noise(rng, sigma):
    """Smooth noise of unit deviation; drawn on a coarser grid where sigma allows."""
    step = max(1, int(sigma / 3))
    n = SIZE // step + 4
    z = ndimage.gaussian_filter(rng.standard_normal((n, n)), sigma / step, mode="wrap")
    if step > 1:
        z = ndimage.zoom(z, step, order=1)
    z = z[:SIZE, :SIZE]
    return (z - z.mean()) / (z.std() + 1e-9)


def _grid(rng, tilt=0.25):
    cy, cx = SIZE / 2 + rng.uniform(-12, 12, 2)
    angle = rng.uniform(-tilt, tilt)
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(float)
    y, x = y - cy, x - cx
    return y * np.cos(angle) - x * np.sin(angle), y * np.sin(angle) + x * np.cos(angle)


def _ellipse(y, x, cy, cx, ry, rx):
    return ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2


def head(rng):
    """Labels of one axial head slice."""
    y, x = _grid(rng)
    ry, rx = rng.uniform(88, 116), rng.uniform(72, 98)
    theta = np.arctan2(y, x)
    warp = 1 + sum(rng.normal(0, 0.018) * np.cos(k * theta + rng.uniform(0, 6.3)) for k in (2, 3, 4, 5))
    rho = np.sqrt(_ellipse(y, x, 0, 0, ry, rx)) / warp
    skull_out = rng.uniform(0.90, 0.95)
    skull_in = skull_out - rng.uniform(0.045, 0.15) * (1 + 0.3 * noise(rng, 25))
    brain = skull_in - rng.uniform(0.012, 0.05) * (1 + 0.5 * noise(rng, 12)).clip(0.1)
    label = np.full((SIZE, SIZE), BACKGROUND, np.uint8)
    label[rho < 1] = SCALP
    label[rho < skull_out] = SKULL
    label[rho < skull_in] = CSF
    inside = rho < brain
    depth = brain - rho
    ribbon = depth + 0.10 * noise(rng, rng.uniform(4, 8)) < rng.uniform(0.06, 0.12)
    label[inside] = WHITE
    # Sulci are level lines of smooth noise: fluid along them, a ribbon of cortex on both sides and along the surface.
    scale = rng.uniform(3.5, 8)
    folds = np.abs(noise(rng, scale)) * 1.4 * scale
    depth = brain - rho
    reach = rng.uniform(0.3, 1.1) * (1 + 0.3 * noise(rng, 15))
    cortex = rng.uniform(2, 5.5)
    label[inside & (((folds < cortex) & (depth < reach)) | (depth < cortex / 95))] = GREY
    label[inside & (folds < rng.uniform(0.3, 1.6)) & (depth < reach)] = CSF
    label[inside & (np.abs(x) < rng.uniform(0.8, 2.0)) & (depth < 0.35)] = CSF
    if rng.random() < 0.30:
        part = _ellipse(y, x, rng.uniform(45, 75), 0, rng.uniform(20, 32), rng.uniform(40, 60)) < 1 + 0.1 * noise(rng, 12)
        leaves = np.abs(noise(rng, rng.uniform(1.8, 3)))
        label[inside & part] = GREY
        label[inside & part & (leaves < 0.35)] = WHITE
        label[inside & part & (leaves > 1.9)] = CSF
    for side in (-1, 1):
        wobble = 1 + 0.25 * noise(rng, 10)
        nucleus = _ellipse(y, x, rng.uniform(-8, 14), side * rng.uniform(20, 30), rng.uniform(10, 20), rng.uniform(6, 12))
        label[inside & (nucleus < wobble)] = NUCLEI
        horn = _ellipse(y, x, rng.uniform(-16, 8), side * rng.uniform(6, 14), rng.uniform(12, 32), rng.uniform(3, 9))
        label[inside & (horn < wobble)] = CSF
    if rng.random() < 0.35:
        for _ in range(rng.integers(1, 4)):
            part = _ellipse(y, x, rng.uniform(20, 80), rng.uniform(-50, 50), rng.uniform(6, 20), rng.uniform(6, 20))
            part = part / (1 + 0.4 * noise(rng, 6)).clip(0.2)
            label[inside & (part < 1)] = SKULL
            label[inside & (part < rng.uniform(0.3, 0.7))] = AIR
    if rng.random() < 0.40:
        _face(rng, label, y, x, inside)
    if rng.random() < 0.60:
        cy, cx, r = rng.uniform(-50, 50), rng.uniform(-40, 40), rng.uniform(5, 20)
        spread = np.sqrt(_ellipse(y, x, cy, cx, r, r * rng.uniform(0.7, 1.4))) / (1 + 0.2 * noise(rng, 8)).clip(0.3)
        label[inside & (spread < rng.uniform(1.2, 2.2)) & (label != CSF)] = OEDEMA
        label[inside & (spread < 1)] = LESION
    if rng.random() < 0.40:
        for _ in range(rng.integers(1, 6)):
            spot = _ellipse(y, x, rng.uniform(-40, 40), rng.uniform(-35, 35), rng.uniform(1, 4), rng.uniform(1, 4))
            label[inside & (spot < 1)] = CALCIUM
    return label


def _face(rng, label, y, x, brain):
    """Air, bone, muscle and fat in small pieces below or before the brain, down to the picture's edge."""
    angle = rng.choice([0, np.pi / 2, np.pi, -np.pi / 2]) + rng.normal(0, 0.2)
    along, across = y * np.cos(angle) + x * np.sin(angle), x * np.cos(angle) - y * np.sin(angle)
    region = (along > rng.uniform(25, 70)) & (np.abs(across) < rng.uniform(45, 90) * (1 + 0.1 * noise(rng, 20))) & ~brain
    region |= (along > rng.uniform(60, 100)) & (np.abs(across) < 60)
    first, second = noise(rng, rng.uniform(2.5, 8)), noise(rng, rng.uniform(1.5, 5))
    tissue = np.where(second > rng.uniform(-0.5, 0.5), SCALP, OEDEMA)
    tissue[first > rng.uniform(0.7, 1.3)] = AIR
    tissue[first < rng.uniform(-1.5, -0.6)] = SKULL
    label[region] = tissue[region]


def _paint(label, table):
    return np.asarray(table, float)[label]


def ct(rng, label):
    base, c = rng.uniform(0.2, 0.58), rng.uniform(0.02, 0.12)
    table = [0, rng.uniform(0, 0.35), 1.0, base - 1.2 * c, base + c, base, base + c * rng.uniform(0.6, 1.6), 0,
             base + c * rng.uniform(-2, 3), base - c * rng.uniform(0.3, 1.2), 1.0]
    image = _paint(label, table)
    bone = (label == SKULL) * rng.uniform(1, 1.25) * (1 - rng.uniform(0, 0.35) * (noise(rng, rng.uniform(2, 6)) > rng.uniform(0.6, 2)))
    image = np.where(label == SKULL, bone, image)
    image = ndimage.gaussian_filter(image, rng.uniform(0.4, 0.9))
    image += (label != BACKGROUND) * rng.uniform(0.008, 0.04) * noise(rng, rng.uniform(0.5, 1.1))
    image[image < 0.01] = 0
    if rng.random() < 0.40:
        y, x = _grid(rng, 0.05)
        ring = np.abs(np.hypot(y, x) - rng.uniform(112, 124)) < rng.uniform(0.8, 2.5)
        image[ring & (y > rng.uniform(30, 80)) & (label == BACKGROUND)] = rng.uniform(0.15, 0.8)
    return image.clip(0, 1)


MR_TABLES = {  #  bg  scalp skull csf   grey  white nucl  air   les   oed   calc
    "t1": [0.00, 0.85, 0.10, 0.14, 0.42, 0.62, 0.50, 0.02, 0.40, 0.36, 0.10],
    "t2": [0.00, 0.55, 0.06, 0.98, 0.52, 0.36, 0.40, 0.02, 0.75, 0.80, 0.05],
    "pd": [0.00, 0.70, 0.10, 0.60, 0.68, 0.52, 0.60, 0.02, 0.75, 0.72, 0.15],
}


def mr(rng, label):
    table = np.array(MR_TABLES[rng.choice(list(MR_TABLES))])
    table[1:] += rng.normal(0, 0.07, 10)
    if rng.random() < 0.30:
        tissues = [CSF, GREY, WHITE, NUCLEI, LESION, OEDEMA]
        table[tissues] = rng.permutation(table[tissues])
    image = _paint(label, table.clip(0, 1.05))
    image *= 1 + rng.uniform(0.02, 0.10) * noise(rng, rng.uniform(1.5, 4))
    image = ndimage.gaussian_filter(image, rng.uniform(0.4, 0.9)) * (1 + rng.uniform(0.01, 0.07) * noise(rng, rng.uniform(0.4, 0.9)))
    if rng.random() < 0.5:
        image += rng.uniform(0.3, 1.5) * (image - ndimage.gaussian_filter(image, 1.2))
    image = image * np.exp(rng.uniform(0.05, 0.25) * noise(rng, 60))
    sigma = rng.uniform(0.004, 0.035)
    image = np.hypot(image + sigma * rng.standard_normal(image.shape), sigma * rng.standard_normal(image.shape))
    if rng.random() < 0.80:
        image *= ndimage.binary_dilation(label != BACKGROUND, iterations=1)
    return (image * rng.uniform(0.7, 1.45)).clip(0, 1)


def activity(rng, label, table, blur):
    image = _paint(label, table) * (1 + rng.uniform(0.1, 0.35) * noise(rng, rng.uniform(8, 25))).clip(0)
    image = ndimage.gaussian_filter(image, blur) * (1 + rng.uniform(0, 0.08) * noise(rng, rng.uniform(1.5, 3)))
    if rng.random() < 0.4:
        # Coarse pixels, seen through linear interpolation.
        step = rng.integers(2, 5)
        image = ndimage.zoom(image[::step, ::step], step, order=1)[:SIZE, :SIZE]
        image = np.pad(image, [(0, SIZE - n) for n in image.shape])
    image = (image / image.max()).clip(0)
    image[image < rng.uniform(0.01, 0.12)] = 0
    return image


def pet(rng, label):
    table = [0, rng.uniform(0, 0.15), rng.uniform(0, 0.1), rng.uniform(0, 0.25), 1.0, rng.uniform(0.15, 0.55), rng.uniform(0.7, 1.1), 0,
             rng.choice([rng.uniform(0.05, 0.3), rng.uniform(1.0, 2.0)]), rng.uniform(0.1, 0.5), 0.1]
    return palette_luminance(rng, activity(rng, label, table, rng.uniform(1.2, 4)))


def spect(rng, label):
    table = [0, rng.uniform(0, 0.4), rng.uniform(0, 0.3), rng.uniform(0, 0.3), 1.0, rng.uniform(0.2, 0.6), rng.uniform(0.7, 1.3), rng.uniform(0, 0.2),
             rng.choice([rng.uniform(0.05, 0.3), rng.uniform(1.0, 2.0)]), rng.uniform(0.1, 0.5), 0.1]
    image = palette_luminance(rng, activity(rng, label, table, rng.uniform(2, 5.5))) * rng.uniform(0.4, 1)
    if rng.random() < 0.3:
        image = image + rng.uniform(0.005, 0.02) * (noise(rng, rng.uniform(2, 5)) - 0.8).clip(0)
    return image.clip(0, 1)


def palette_luminance(rng, uptake):
    """What a colour palette makes of uptake: monotone, or rainbow-like with dips."""
    if rng.random() < 0.25:
        return uptake ** rng.uniform(0.4, 1.4)
    knots = np.linspace(0, 1, rng.integers(5, 11))
    heights = np.clip(knots ** rng.uniform(0.25, 1.0) * rng.uniform(0.75, 1.05) + rng.normal(0, 0.16, knots.size), 0.02, 1)
    heights[0] = 0
    return np.interp(uptake, knots, heights)


def trunk(rng):
    """A body slice as CT (soft-tissue window) and monotone uptake."""
    y, x = _grid(rng, 0.08)
    ry, rx = rng.uniform(60, 90), rng.uniform(92, 120)
    body = _ellipse(y, x, 0, 0, ry, rx) < (1 + 0.06 * noise(rng, 25))
    muscle = _ellipse(y, x, 0, 0, ry - rng.uniform(6, 24), rx - rng.uniform(6, 24)) < (1 + 0.08 * noise(rng, 20))
    tissue = rng.uniform(0.45, 0.65)
    image = body * rng.uniform(0.05, 0.25) + 0.0
    image[muscle & body] = tissue
    uptake = body * rng.uniform(0.02, 0.10)
    for _ in range(rng.integers(3, 9)):
        spread = _ellipse(y, x, rng.uniform(-0.5, 0.5) * ry, rng.uniform(-0.6, 0.6) * rx, rng.uniform(8, 35), rng.uniform(8, 35))
        organ = (spread < (1 + 0.25 * noise(rng, 9))) & muscle & body
        image[organ] = tissue + rng.uniform(-0.15, 0.15)
        uptake[organ] = rng.uniform(0.03, 0.35)
    if rng.random() < 0.6:
        for side in (-1, 1):
            lung = (_ellipse(y, x, rng.uniform(-10, 5), side * 0.45 * rx, 0.55 * ry, 0.30 * rx) < 1 + 0.1 * noise(rng, 12)) & body
            vessels = noise(rng, rng.uniform(1.5, 3)) > 1.6
            image[lung] = 0
            image[lung & vessels] = tissue * rng.uniform(0.5, 1)
            uptake[lung] = 0.03
    bones = [(0.55 * ry, 0, rng.uniform(9, 16), rng.uniform(9, 16))]
    bones += [(ry * 0.8 * np.sin(t), rx * 0.82 * np.cos(t), rng.uniform(2, 5), rng.uniform(4, 9)) for t in rng.uniform(0, 6.3, 9)]
    for cy, cx, r1, r2 in bones:
        part = _ellipse(y, x, cy, cx, r1, r2)
        image[(part < 1) & body] = 1.0
        image[(part < rng.uniform(0.1, 0.5)) & body] = rng.uniform(0.65, 0.9)
    for _ in range(rng.integers(0, 5)):
        r = rng.uniform(3, 10)
        spot = (_ellipse(y, x, rng.uniform(-0.7, 0.7) * ry, rng.uniform(-0.7, 0.7) * rx, r, r) < 1) & body
        image[spot] = tissue + rng.uniform(-0.08, 0.08)
        uptake[spot] = rng.uniform(0.5, 3.0)
    image = ndimage.gaussian_filter(image, rng.uniform(0.5, 1.0)) + body * rng.uniform(0.005, 0.03) * noise(rng, rng.uniform(0.6, 1.3))
    image[~ndimage.binary_dilation(body, iterations=2)] = 0
    if rng.random() < 0.6:
        image[(np.abs(y - ry - rng.uniform(4, 14) - x * x / 1500) < 1.5) & ~body] = rng.uniform(0.1, 0.5)
    uptake = ndimage.gaussian_filter(uptake, rng.uniform(2, 4.5)) * (1 + 0.15 * noise(rng, rng.uniform(2, 5)))
    uptake = uptake * rng.uniform(0.8, 1.6)
    return image.clip(0, 1), uptake.clip(0, 1)


def shapes(rng):
    """Textured ellipses with independent contrast in the two images."""
    images = []
    spots = [(rng.uniform(-90, 90), rng.uniform(-90, 90), rng.uniform(5, 60), rng.uniform(5, 60), noise(rng, rng.uniform(5, 15)))
             for _ in range(rng.integers(4, 14))]
    for _ in range(2):
        y, x = np.mgrid[0:SIZE, 0:SIZE] - SIZE / 2.0
        image = np.zeros((SIZE, SIZE))
        for cy, cx, r1, r2, wobble in spots:
            if rng.random() < 0.8:
                image[_ellipse(y, x, cy, cx, r1, r2) < 1 + 0.2 * wobble] = rng.uniform(0.05, 1)
        mask = image > 0
        image = ndimage.gaussian_filter(image, rng.uniform(0.4, 3))
        image = image * (1 + rng.uniform(0, 0.25) * noise(rng, rng.uniform(1, 5)))
        images.append(np.where(ndimage.binary_dilation(mask, iterations=3), image, 0).clip(0, 1))
    return images


def _shift(rng, image):
    if rng.random() < 0.30:
        return ndimage.shift(image, rng.uniform(-2, 2, 2), order=1)
    return image


def pair(rng):
    """One (a, b) pair as uint8: 36 % CT-MR, 40 % PET/SPECT-MR, 14 % CT-PET, 10 % shapes."""
    kind = rng.random()
    if kind < 0.36:
        label = head(rng)
        a, b = ct(rng, label), _shift(rng, mr(rng, label))
    elif kind < 0.76:
        label = head(rng)
        a, b = _shift(rng, (pet if rng.random() < 0.55 else spect)(rng, label)), mr(rng, label)
    elif kind < 0.90:
        a, b = trunk(rng)
        b = _shift(rng, b if rng.random() < 0.7 else palette_luminance(rng, b))
    else:
        a, b = shapes(rng)
    return np.round(255 * a).astype(np.uint8), np.round(255 * b).astype(np.uint8)


def pairs(count, seed):
    rng = np.random.default_rng(seed)
    return [pair(rng) for _ in range(count)]
