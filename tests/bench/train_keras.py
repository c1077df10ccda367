"""One measurement of Keras: its own MobileNet with agtrain's head, on random pictures that lie in memory, one process.

usage: train_keras.py train MODE [--model M --width W --size PX --batch N --threads N --steps N]
       train_keras.py infer MODE [the same]
       train_keras.py versions
MODE: fp32, bf16 (mixed_bfloat16), jit32 and jit16 (the same compiled by XLA, with TensorFlow alone). Prints one line of JSON.

Keras computes on $KERAS_BACKEND, else on TensorFlow where that can be imported, else on PyTorch, else on JAX.
"""
import argparse
import importlib.util
import json
import os
import resource

from train_timing import median_seconds

AGES, HIDDEN = 101, 1024
MODES = {  # name: (bf16, XLA)
    "fp32": (False, False),
    "bf16": (True, False),
    "jit32": (False, True),
    "jit16": (True, True),
}
NAMES = {"mobilenet_v1": "MobileNet", "mobilenet_v2": "MobileNetV2", "mobilenet_v3_large": "MobileNetV3Large"}


def choose_backend():
    told = os.environ.get("KERAS_BACKEND")
    found = [name for name in ("tensorflow", "torch", "jax") if importlib.util.find_spec(name)]
    if not told and not found:
        raise SystemExit("Keras has no backend here: neither tensorflow nor torch nor jax can be imported")
    os.environ["KERAS_BACKEND"] = told or found[0]


def set_threads(threads):
    backend = os.environ["KERAS_BACKEND"]
    if backend == "tensorflow":
        import tensorflow

        tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    elif backend == "torch":
        import torch

        torch.set_num_threads(threads)


def make_network(keras, job):
    more = {"include_preprocessing": False} if job["model"] == "mobilenet_v3_large" else {}
    body = getattr(keras.applications, NAMES[job["model"]])(
        alpha=job["width"], include_top=False, weights=None, input_shape=(job["size"], job["size"], 3), **more
    )
    hidden = keras.layers.Dropout(0.5)(keras.layers.GlobalAveragePooling2D()(body.output))
    hidden = keras.layers.Dense(HIDDEN, activation="relu")(hidden)
    outputs = [keras.layers.Dense(AGES, dtype="float32")(hidden), keras.layers.Dense(2, dtype="float32")(hidden)]
    return keras.Model(body.input, outputs)


def make_step(keras, job, jit):
    network = make_network(keras, job)
    losses = [keras.losses.SparseCategoricalCrossentropy(from_logits=True) for _ in range(2)]
    network.compile(
        keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True, weight_decay=1e-4), losses, jit_compile=jit
    )
    tensor = keras.ops.convert_to_tensor
    pictures = tensor(keras.random.normal((job["batch"], job["size"], job["size"], 3), seed=0, dtype="float32"))
    age, gender = (tensor(keras.random.randint((job["batch"],), 0, most, seed=0)) for most in (AGES, 2))
    if job["what"] == "train":
        return lambda: network.train_on_batch(pictures, [age, gender])
    return lambda: network.predict_on_batch(pictures)


def versions(keras):
    backend = keras.backend.backend()
    return {
        "keras": keras.__version__, "keras_backend": f"{backend} {importlib.import_module(backend).__version__}",
        "keras_modes": [name for name, (_, jit) in MODES.items() if backend == "tensorflow" or not jit],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "infer", "versions"])
    parser.add_argument("mode", nargs="?", choices=MODES, default="fp32")
    parser.add_argument("--model", choices=NAMES, default="mobilenet_v1")
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=12)
    job = vars(parser.parse_args())

    os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
    choose_backend()
    set_threads(job["threads"])
    import keras  # not before its backend is chosen

    if job["what"] == "versions":
        print(json.dumps(versions(keras)))
        return
    bf16, jit = MODES[job["mode"]]
    keras.utils.set_random_seed(0)
    if bf16:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    seconds = median_seconds(make_step(keras, job, jit), job["steps"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"images_per_second": job["batch"] / seconds, "peak_mib": peak}))


if __name__ == "__main__":
    main()
