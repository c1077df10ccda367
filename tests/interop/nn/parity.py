"""Our MobileNets beside the originals: forward, backward, and weights in and out.

usage: parity.py PROGRAM LIBRARY [--quick]    LIBRARY: keras, torchvision or timm; PROGRAM: build/bin/interop_network

Each network of the library, at two widths, has random weights and BatchNorm statistics, which the library saves, our
importer reads and our exporter writes for the library to read again. Evaluation is compared in fp32, as a share of each
tensor's largest number; training in fp64, as rounding grows a million times over there.
"""
import argparse
import sys
import tempfile

import numpy as np

from kinks import clear_pictures
from original import Case, random_pictures
from ours import Program, differences

LIMITS = {"fp32": 1e-4, "fp64": 1e-8}
EVEN, ODD = 56, 51  # pixels a side; after strides 28, 14, 7, 4, 2 and 26, 13, 7, 4, 2: each layer has met both

WIDTHS = {
    "keras": {
        "mobilenet_v1": (0.25, 0.75),
        "mobilenet_v2": (0.35, 1.4),
        "mobilenet_v3_small": (0.75, 1.5),
        "mobilenet_v3_large": (0.5, 1.0),
    },
    "torchvision": {
        "mobilenet_v2": (0.5, 1.4),
        "mobilenet_v3_small": (0.75, 1.0),
        "mobilenet_v3_large": (0.5, 1.25),
    },
    "timm": {  # those that it has a model of
        "mobilenet_v1": (1.0, 1.25),
        "mobilenet_v2": (0.35, 1.4),
        "mobilenet_v3_small": (0.5, 1.0),
        "mobilenet_v3_large": (0.75, 1.0),
        "mobilenet_v4_conv_small": (0.5, 1.0),
    },
}
QUICK = {
    "keras": [Case("keras", "mobilenet_v3_small", 0.75, ODD)],
    "torchvision": [Case("torchvision", "mobilenet_v2", 0.5, ODD)],
    "timm": [Case("timm", "mobilenet_v4_conv_small", 0.5, ODD)],
}


def all_cases(library):
    cases = [
        Case(library, family, width, size, top=top)
        for family, widths in WIDTHS[library].items()
        for width in widths
        for size, top in ((EVEN, True), (ODD, True), (ODD, False))
    ]
    if library == "keras":
        cases += [Case(library, "mobilenet_v1", 0.5, ODD, depth_multiplier=2)]
    return cases


def make_original(case, precision):
    if case.library == "keras":
        from keras_original import KerasOriginal

        return KerasOriginal(case, precision)
    from torch_original import TorchOriginal

    return TorchOriginal(case, precision)


class Report:
    """Prints a line for each comparison and knows whether all held."""

    def __init__(self):
        self.failed = 0

    def line(self, case, what, held, text):
        self.failed += not held
        print(f"{'ok  ' if held else 'FAIL'} {case}, {what}: {text}", flush=True)

    def compare(self, case, what, found, limit):
        text = ", ".join(f"{key} {value:.1e}{f' ({name})' * (value > limit)}" for key, (value, name) in found.items())
        self.line(case, what, all(value <= limit for value, _ in found.values()), text)


def output_shape(original, pictures):
    """That of logits or features; a projection of it makes the number whose gradient is compared."""
    return original.run(pictures, np.zeros(1), training=False).output.shape


def compare(program, case, precision, training, turn, report):
    """`turn`: the formats in which the library saves take turns."""
    original = make_original(case, precision)
    rng = np.random.default_rng(case.seed())
    pictures = random_pictures(rng, 6, case.size) if training else clear_pictures(original, rng, 2, case.size)
    projection = rng.normal(0, 1, output_shape(original, pictures))
    ending = original.in_formats[turn % len(original.in_formats)]
    saved = f"{program.folder}/weights{ending}"
    original.save(saved)
    theirs = original.run(pictures, projection, training)
    ours, names = program.run(case, precision, saved, pictures, projection, training)
    what = f"{'training' if training else 'evaluation'} {precision}, weights from *{ending}"
    report.compare(case, what, differences(ours, theirs, names), LIMITS[precision])


def send_round(program, case, report):
    """The original's file of each format in by our importer, out by our exporter, and back into the original."""
    original = make_original(case, "fp32")
    before = original.tensors()
    pictures = np.zeros((1, 3, case.size, case.size))
    projection = np.zeros(output_shape(original, pictures))
    for ending in original.in_formats:
        saved, exported = f"{program.folder}/saved{ending}", f"{program.folder}/exported{original.out_format}"
        original.save(saved)
        program.run(case, "fp32", saved, pictures, projection, export=exported)
        original.forget()
        original.load(exported)
        after = original.tensors()
        other = [name for name in before if before[name].tobytes() != after[name].tobytes()]
        numbers = sum(tensor.size for tensor in before.values())
        text = f"{len(before)} tensors, {numbers} numbers, {len(other)} tensors differ {' '.join(other[:3])}"
        report.line(case, f"*{ending} in, *{original.out_format} out and back", not other and before, text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("library", choices=sorted(WIDTHS))
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(arguments.program, folder)
        cases = QUICK[arguments.library] if arguments.quick else all_cases(arguments.library)
        for turn, case in enumerate(cases):
            compare(program, case, "fp32", training=False, turn=turn, report=report)
            if case.top:
                compare(program, case, "fp64", training=True, turn=turn + 1, report=report)
            if case.size == ODD and (case.top or case.library == "keras"):  # the others save no trunk alone
                send_round(program, case, report)
    print(f"{report.failed} comparisons failed" if report.failed else "all equal")
    return 1 if report.failed else 0


sys.exit(main())
