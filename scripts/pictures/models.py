"""models.py FOLDER OUT.png LABEL=CASE...: the axial slice of each case by four models beside its sources, a row a case; prints the figures."""
import json
import sys

from compose import GAP, LETTERS, Picture, read, shrunk, write

LETTERS.update({
    "D": "11110 10001 10001 10001 10001 10001 11110", "G": "01110 10001 10000 10111 10001 10001 01110", "I": "01110 00100 00100 00100 00100 00100 01110",
    "K": "10001 10010 10100 11000 10100 10010 10001", "M": "10001 11011 10101 10101 10001 10001 10001", "N": "10001 11001 10101 10011 10001 10001 10001",
    "O": "01110 10001 10001 10001 10001 10001 01110", "U": "10001 10001 10001 10001 10001 10001 01110", "V": "10001 10001 10001 10001 10001 01010 00100",
    "W": "10001 10001 10001 10101 10101 11011 10001", "X": "10001 10001 01010 00100 01010 10001 10001",
})
COLUMNS = [("FIXED", "copy-fixed"), ("MOVING", "copy-moving"), ("AVERAGE", "average"), ("MAXIMUM", "maximum"), ("GRADIENT", "gradient-choice"), ("NETWORK", "default")]
FIGURES = ["SSIM", "CP", "VIF", "Qabf", "SCD", "PSNR", "CX", "OOR"]
WIDEST = 236


def cropped(cells):
    """All cells cut to the rows and columns in which any of them shows something."""
    width, height = cells[0].width, cells[0].height
    shown = [[max(max(cell.pixels[3 * (y * width + x):3 * (y * width + x) + 3]) for cell in cells) > 24 for x in range(width)] for y in range(height)]
    rows = [y for y in range(height) if any(shown[y])]
    columns = [x for x in range(width) if any(line[x] for line in shown)]
    (top, bottom), (left, right) = (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)
    return [Picture(right - left, bottom - top, bytearray().join(cell.pixels[3 * (y * width + left):3 * (y * width + right)] for y in range(top, bottom))) for cell in cells]


def cells_of(folder, case):
    cells = cropped([read(f"{folder}/{case}/{model}/axial.png") for _, model in COLUMNS])
    while cells[0].width > WIDEST:
        cells = [shrunk(cell) for cell in cells]
    return cells


def main(folder, target, cases):
    rows = [cells_of(folder, case) for _, case in cases]
    wide, head = max(row[0].width for row in rows), 24
    sheet = Picture(len(COLUMNS) * (wide + GAP) - GAP, head + sum(row[0].height + GAP for row in rows) - GAP)
    top = head
    for row in rows:
        for at, cell in enumerate(row):
            sheet.put(cell, at * (wide + GAP) + (wide - cell.width) // 2, top)
        top += row[0].height + GAP
    for at, (title, _) in enumerate(COLUMNS):
        sheet.write(title, at * (wide + GAP) + 4, 5)
    write(target, sheet)
    for label, case in cases:
        print(f"\n| {label} | " + " | ".join(FIGURES) + " |\n|" + "---|" * (len(FIGURES) + 1))
        for title, model in COLUMNS[2:]:
            metrics = json.load(open(f"{folder}/{case}-{model}.json"))["metrics"]
            print(f"| {title.lower()} | " + " | ".join(f"{metrics[key]:.3g}" for key in FIGURES) + " |")


main(sys.argv[1], sys.argv[2], [argument.split("=") for argument in sys.argv[3:]])
