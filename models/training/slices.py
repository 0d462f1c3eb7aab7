"""Real pairs from slices of the Soft-tissue-Sarcoma collection (CC BY 3.0; see README.md)."""
import numpy as np

from phantoms import palette_luminance

# Shown elsewhere as unseen: never in training, even if a file should hold them.
KEPT_OUT = ("STS_001", "STS_009")
# Lower and upper HU.
CT_WINDOWS = ((-160, 240), (-100, 180), (-450, 1050), (0, 120))


def _uint8(z):
    return np.round(255 * np.clip(z, 0, 1)).astype(np.uint8)


def pairs(path, seed):
    """CT-MR, PET-MR and CT-PET of every slice, each with a random window or palette."""
    rng = np.random.default_rng(seed)
    out = []
    with np.load(path) as held:
        for patient in sorted({key.split("/")[0] for key in held.files}):
            if patient in KEPT_OUT:
                continue
            ct, mr = held[patient + "/ct_hu"].astype(float), held[patient + "/mr_t1"]
            suv = held[patient + "/pet_suv_x100"] / 100.0
            for k in range(ct.shape[0]):
                low, high = CT_WINDOWS[rng.integers(len(CT_WINDOWS))]
                windowed = _uint8((ct[k] - low) / (high - low))
                top = rng.choice([5.0, 7.0, 10.0, max(float(suv.max()), 1.0)])
                uptake = np.clip(suv[k] / top, 0, 1)
                uptake[uptake < 0.02] = 0
                out.append((windowed, mr[k]))
                out.append((_uint8(palette_luminance(rng, uptake)), mr[k]))
                out.append((windowed, _uint8(uptake if rng.random() < 0.7 else palette_luminance(rng, uptake))))
    return out
