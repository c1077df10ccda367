"""Exported networks, run by ONNX Runtime, say what they say in agtrain: float to 1e-4 of each output's maximum, int8 as
its simulation, and both with any number of pictures at once.

usage: onnx_runtime.py PROGRAM    PROGRAM writes the networks and what it makes of some pictures: interop_deploy
"""
import glob
import os
import subprocess
import sys
import tempfile
import time

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

FLOAT_TOLERANCE = 1e-4   # of an output's maximum
# A value that lies between two steps may be rounded to the other one, and the next layers carry that on: in networks of
# chance numbers further than in trained ones. It befalls some pictures, while a fault befalls all: the median picture is
# held to little, the mean to more.
INT8_YEARS = {"median": 0.05, "mean": 0.3}        # of the spread of the pictures' ages
INT8_PROBABILITY = {"median": 0.03, "mean": 0.1}  # of a gender
LEAST_SPREAD = 0.5         # years between the ages told of the pictures


def session_of(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Else its x86 kernels add eight-bit products in sixteen bits where a processor has no VNNI, and they saturate.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def answers_of(session, pictures):
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"pictures": pictures})))


def milliseconds(session, picture):
    times = []
    for _ in range(30):
        began = time.perf_counter()
        session.run(None, {"pictures": picture})
        times.append(time.perf_counter() - began)
    return 1e3 * sorted(times)[len(times) // 2]


def worst(told, wanted):
    return float(numpy.abs(told - wanted).max() / numpy.abs(wanted).max())


def exceeds(differences, bounds):
    return numpy.median(differences) > bounds["median"] or differences.mean() > bounds["mean"]


def check(stem, faults):
    known = load_file(stem + ".safetensors")
    pictures = known["pictures"]
    onnx.checker.check_model(stem + ".onnx", full_check=True)
    onnx.checker.check_model(stem + ".int8.onnx", full_check=True)
    plain, small = session_of(stem + ".onnx"), session_of(stem + ".int8.onnx")
    told = answers_of(plain, pictures)
    far = max(worst(told[name], known["float." + name]) for name in told)
    far = max([far] + [worst(told[name], known["network." + name]) for name in told if "network." + name in known])
    one = answers_of(plain, pictures[:1])
    alone = max(worst(one[name], known["float." + name][:1]) for name in one)
    rounded = answers_of(small, pictures)
    years = numpy.abs(rounded["age_years"] - known["int8.age_years"]).ravel()
    gender = numpy.abs(rounded["gender_probabilities"] - known["int8.gender_probabilities"]).max(axis=1)
    spread = float(numpy.ptp(known["float.age_years"]))
    print(f"{os.path.basename(stem):42} float {far:.1e}  one picture {alone:.1e}  int8 off by {numpy.median(years):.3f} "
          f"(mean {years.mean():.3f}) of {spread:.1f} years, {numpy.median(gender):.4f} (mean {gender.mean():.4f})  "
          f"ms float {milliseconds(plain, pictures[:1]):6.2f} int8 {milliseconds(small, pictures[:1]):6.2f}")
    alike = spread < LEAST_SPREAD   # then agreeing on them says nothing
    rounds_otherwise = exceeds(years / spread, INT8_YEARS) or exceeds(gender, INT8_PROBABILITY)
    if alike or max(far, alone) > FLOAT_TOLERANCE or rounds_otherwise:
        faults.append(os.path.basename(stem))


def main(program):
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder], check=True)
        stems = sorted(path.removesuffix(".safetensors") for path in glob.glob(folder + "/*.safetensors"))
        for stem in stems:
            check(stem, faults)
    print(f"ONNX Runtime {onnxruntime.__version__}: {len(stems)} networks, {len(faults)} differ", *faults)
    return 1 if faults or not stems else 0


sys.exit(main(sys.argv[1]))
