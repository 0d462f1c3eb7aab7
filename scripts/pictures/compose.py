"""compose.py FOLDER OUT.png: axial, coronal and sagittal previews in rows, CT, PET and fusion in columns."""
import struct
import sys
import zlib

GAP = 6
LETTERS = {
    "A": "01110 10001 10001 11111 10001 10001 10001", "C": "01110 10001 10000 10000 10000 10001 01110",
    "E": "11111 10000 10000 11110 10000 10000 11111", "F": "11111 10000 10000 11110 10000 10000 10000",
    "H": "10001 10001 10001 11111 10001 10001 10001", "L": "10000 10000 10000 10000 10000 10000 11111",
    "P": "11110 10001 10001 11110 10000 10000 10000", "R": "11110 10001 10001 11110 10100 10010 10001",
    "T": "11111 00100 00100 00100 00100 00100 00100", "+": "00000 00100 00100 11111 00100 00100 00000",
}
WHITE = (255, 255, 255)


class Picture:
    """RGB, 8 bit, row by row."""

    def __init__(self, width, height, pixels=None):
        self.width, self.height = width, height
        self.pixels = pixels if pixels is not None else bytearray(3 * width * height)

    def put(self, other, left, top):
        for y in range(other.height):
            at = 3 * ((top + y) * self.width + left)
            self.pixels[at:at + 3 * other.width] = other.pixels[3 * y * other.width:3 * (y + 1) * other.width]

    def write(self, text, left, top, size=2):
        for letter in text:
            for y, row in enumerate(LETTERS[letter].split()):
                for x, dot in enumerate(row):
                    if dot == "1":
                        for at in (3 * ((top + size * y + dy) * self.width + left + size * x + dx) for dy in range(size) for dx in range(size)):
                            self.pixels[at:at + 3] = bytes(WHITE)
            left += 6 * size


def read(path):
    """The product's own previews: 8-bit RGB, every line filtered with "up" or not at all."""
    data = open(path, "rb").read()
    at, packed, width, height = 8, b"", 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            if (depth, colour) != (8, 2):
                raise SystemExit(f"{path}: not 8-bit RGB")
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, stride = zlib.decompress(packed), 3 * width
    above, pixels = bytes(stride), bytearray()
    for y in range(height):
        kind, line = raw[y * (stride + 1)], raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)]
        if kind == 2:
            line = bytes((a + b) & 255 for a, b in zip(line, above))
        elif kind != 0:
            raise SystemExit(f"{path}: line filter {kind} is not read here")
        pixels += line
        above = line
    return Picture(width, height, pixels)


def grey(picture, invert=False):
    """The luminance, which the product keeps exactly; PET readers know it dark on white."""
    out = bytearray()
    for at in range(0, len(picture.pixels), 3):
        r, g, b = picture.pixels[at:at + 3]
        value = round(0.299 * r + 0.587 * g + 0.114 * b)
        out += bytes((255 - value if invert else value,)) * 3
    return Picture(picture.width, picture.height, out)


def shrunk(picture):
    """Area average to two thirds of the size: three pixels become two."""
    width, height = picture.width // 3 * 2, picture.height // 3 * 2
    # Each new pixel holds one old one and half of the one between: which, with shares of a third.
    spans = [((at // 2 * 3, 2), (at // 2 * 3 + 1, 1)) if at % 2 == 0 else ((at // 2 * 3 + 1, 1), (at // 2 * 3 + 2, 2)) for at in range(max(width, height))]
    out = bytearray()
    for y in range(height):
        for x in range(width):
            for c in range(3):
                total = sum(v * h * picture.pixels[3 * (j * picture.width + i) + c] for j, v in spans[y] for i, h in spans[x])
                out.append((total + 4) // 9)
    return Picture(width, height, out)


def packed(picture):
    """The lines, each with the filter whose result sums to the least."""
    stride = 3 * picture.width
    above, out = bytes(stride), bytearray()
    for y in range(picture.height):
        line = bytes(picture.pixels[y * stride:(y + 1) * stride])
        left, corner = bytes(3) + line[:-3], bytes(3) + above[:-3]
        tries = [line, bytes((v - a) & 255 for v, a in zip(line, left)), bytes((v - b) & 255 for v, b in zip(line, above)),
                 bytes((v - (a + b) // 2) & 255 for v, a, b in zip(line, left, above)), bytes((v - paeth(a, b, c)) & 255 for v, a, b, c in zip(line, left, above, corner))]
        best = min(range(5), key=lambda kind: sum(min(v, 256 - v) for v in tries[kind]))
        out += bytes((best,)) + tries[best]
        above = line
    return zlib.compress(bytes(out), 9)


def paeth(a, b, c):
    p = a + b - c
    return min((a, b, c), key=lambda v: abs(p - v))


def write(path, picture):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", packed(picture)) + chunk(b"IEND", b""))


def main(folder, target):
    views = [("axial", "R"), ("coronal", "R"), ("sagittal", "A")]
    columns = [("CT", "copy-fixed", grey), ("PET", "copy-moving", lambda p: grey(p, invert=True)), ("CT+PET", "default", lambda p: p)]
    cells = [[shrunk(look(read(f"{folder}/{model}/{view}.png"))) for _, model, look in columns] for view, _ in views]
    wide, head = cells[0][0].width, 24
    sheet = Picture(len(columns) * wide + (len(columns) - 1) * GAP, head + sum(row[0].height + GAP for row in cells) - GAP)
    top = head
    for (_, side), row in zip(views, cells):
        for at, cell in enumerate(row):
            sheet.put(cell, at * (wide + GAP), top)
        sheet.write(side, 4, top + row[0].height // 2 - 7)
        top += row[0].height + GAP
    for at, (title, _, _) in enumerate(columns):
        sheet.write(title, at * (wide + GAP) + 4, 5)
    write(target, sheet)


if __name__ == "__main__":
    main(*sys.argv[1:])
