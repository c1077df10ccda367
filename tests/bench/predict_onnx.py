"""The network in ONNX Runtime, as agtrain exported it. See predict.sh.

usage: predict_onnx.py ONNX PICTURES THREADS

PICTURES has "pictures" as the flavour scales them. All graph optimisations, the arena, and the batch as a constant of the
graph: each batch has a session of its own.
"""
import sys

import numpy
import onnxruntime
from safetensors.numpy import load_file

from predict_timing import median_call, serve

AGE_YEARS, GENDER = "age_years", "gender_probabilities"


def make_session(path, threads, batch):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.enable_cpu_mem_arena = True
    options.enable_mem_pattern = True
    options.add_free_dimension_override_by_name("N", batch)
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def main():
    path, pictures, threads = sys.argv[1], load_file(sys.argv[2])["pictures"], int(sys.argv[3])
    sessions = {}

    def answer(question):
        batch = numpy.ascontiguousarray(pictures[:question["batch"]])
        if len(batch) not in sessions:
            sessions[len(batch)] = make_session(path, threads, len(batch))
        session = sessions[len(batch)]
        if "seconds" not in question:
            years, gender = session.run([AGE_YEARS, GENDER], {"pictures": batch})
            return {"age_years": years.tolist(), "male": gender[:, 1].tolist()}
        return median_call(lambda: session.run(None, {"pictures": batch}), question["seconds"], question["fewest"])

    serve(answer)


main()
