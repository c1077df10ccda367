"""Prints what Pillow's Image.resize(BILINEAR) makes of an arithmetic picture: the table in tests/unit/data/resize_test.cpp.

usage: python3 pillow_resize.py     (with Pillow 12 or earlier, and numpy)

Pillow 13 takes rows before columns where the height shrinks and the width doesn't, and so rounds otherwise in those cases;
the last line of the table is one.
"""
import zlib

import numpy as np
import PIL
from PIL import Image

SIZES = [(200, 200, 64, 64), (200, 200, 224, 224), (250, 180, 64, 64), (64, 64, 64, 64), (33, 57, 100, 100),
         (300, 40, 64, 96), (1, 1, 32, 32), (500, 3, 32, 2), (64, 200, 96, 32)]


def pattern(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.uint32)
    return ((x * x * 7 + y * 31 * (c + 1) + x * y * (2 * c + 1)) % 256).astype(np.uint8)


print("Pillow", PIL.__version__)
for width, height, to_width, to_height in SIZES:
    pixels = np.asarray(Image.fromarray(pattern(width, height)).resize((to_width, to_height), Image.BILINEAR))
    print(f"{{{width}, {height}, {to_width}, {to_height}, 0x{zlib.crc32(pixels.tobytes()):08x}}},")
