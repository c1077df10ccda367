"""What Pillow's Image.resize(BILINEAR) makes of an arithmetic picture: the table in tests/unit/data/resize_test.cpp.

usage: pillow_resize.py                  prints the table
       pillow_resize.py resize_test.cpp  checks the table in that file

Pillow 13 takes rows before columns where the height shrinks and the width doesn't, and so rounds otherwise there: the
check leaves such a line out, and the table is printed by Pillow 12 or earlier.
"""
import re
import sys
import zlib

import PIL
from PIL import Image

SIZES = [(200, 200, 64, 64), (200, 200, 224, 224), (250, 180, 64, 64), (64, 64, 64, 64), (33, 57, 100, 100),
         (300, 40, 64, 96), (1, 1, 32, 32), (500, 3, 32, 2), (64, 200, 96, 32)]


def pattern(width, height):
    return bytes((x * x * 7 + y * 31 * (c + 1) + x * y * (2 * c + 1)) % 256
                 for y in range(height) for x in range(width) for c in range(3))


def crc(width, height, to_width, to_height):
    picture = Image.frombytes("RGB", (width, height), pattern(width, height))
    return zlib.crc32(picture.resize((to_width, to_height), Image.BILINEAR).tobytes())


def rows_first(width, height, to_width, to_height):
    return int(PIL.__version__.split(".")[0]) >= 13 and to_height < height and to_width >= width


def check(source):
    lines = re.findall(r"\{(\d+), (\d+), (\d+), (\d+), 0x([0-9a-f]{8})\}", open(source).read())
    table = {tuple(map(int, line[:4])): int(line[4], 16) for line in lines}
    wrong = set(SIZES) ^ set(table)
    wrong |= {sizes for sizes in table if not rows_first(*sizes) and crc(*sizes) != table[sizes]}
    print(f"Pillow {PIL.__version__}: {len(table)} pictures, {len(wrong)} differ", *sorted(wrong))
    return 1 if wrong else 0


if len(sys.argv) > 1:
    sys.exit(check(sys.argv[1]))
for sizes in SIZES:
    print("{%d, %d, %d, %d, 0x%08x}," % (*sizes, crc(*sizes)))
