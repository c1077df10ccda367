"""Our networks with the weights of real Keras files beside Keras itself, on real pictures.

usage: keras_files.py PROGRAM    PROGRAM: build/bin/interop_network; data in $AG_REAL_DATA, else ../shared/data
"""
import json
import os
import pathlib
import sys
import tempfile

from keras_original import keras, torch  # first of all, as it chooses Keras's backend

import h5py
import numpy as np
from PIL import Image

from original import Case
from ours import Program, difference

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = pathlib.Path(os.environ.get("AG_REAL_DATA", ROOT.parent / "shared/data"))
LIMITS = {"fp32": 1e-4, "fp64": 1e-8}


def read_pictures(paths, size):
    """Pictures [N, 3, S, S] in [-1, 1]."""
    pictures = [Image.open(path).convert("RGB").resize((size, size), Image.BILINEAR) for path in paths]
    return np.stack([np.asarray(picture, np.float64).transpose(2, 0, 1) / 127.5 - 1 for picture in pictures])


def run_keras(model, pictures):
    with torch.no_grad():
        x = torch.tensor(pictures.transpose(0, 2, 3, 1), dtype=getattr(torch, keras.config.floatx()))
        return model(x, training=False).numpy()


def set_precision(precision):
    keras.config.set_floatx({"fp32": "float32", "fp64": "float64"}[precision])
    keras.backend.clear_session()


# --- A network that Keras 2.0.6 saved -------------------------------------------------------------


def layer_of(description):
    """The layer of today's Keras that Keras 2.0.6 described so."""
    kind, wanted = description["class_name"], description["config"]
    if kind == "InputLayer":
        return keras.layers.InputLayer(batch_shape=wanted["batch_input_shape"])
    if kind == "Activation":
        return keras.layers.Activation({"relu6": keras.activations.relu6}[wanted["activation"]], name=wanted["name"])
    if kind == "BatchNormalization":
        kept = ("name", "axis", "momentum", "epsilon", "center", "scale")
        return keras.layers.BatchNormalization(**{key: wanted[key] for key in kept})
    kept = ("name", "strides", "padding", "kernel_size", "use_bias", "activation", "dilation_rate", "data_format")
    options = {key: wanted[key] for key in kept}
    if kind == "DepthwiseConv2D":
        return keras.layers.DepthwiseConv2D(**options, depth_multiplier=wanted["depth_multiplier"])
    return {"Conv2D": keras.layers.Conv2D}[kind](**options, filters=wanted["filters"])


def read_backbone(folder):
    """The chain of layers that mobilenet_0.25_64.json describes within its whole model, with the weights of the .h5."""
    whole = json.loads((folder / "mobilenet_0.25_64.json").read_text())["config"]["layers"]
    body = next(layer for layer in whole if layer["class_name"] == "Model")
    chain = body["config"]["layers"]
    for layer, following in zip(chain, chain[1:]):
        assert following["inbound_nodes"] == [[[layer["name"], 0, 0, {}]]], "not a chain"
    model = keras.Sequential([layer_of(layer) for layer in chain])
    with h5py.File(folder / "mobilenet_0.25_64.h5") as file:
        group = file[body["name"]]
        values = {name.decode(): group[name.decode()][()] for name in group.attrs["weight_names"]}
    for layer in model.layers:
        mine = [value for name, value in values.items() if name.split("/")[0] == layer.name]
        if mine:
            layer.set_weights(mine)
    assert sum(len(layer.weights) for layer in model.layers) == len(values), "weights are left over"
    return model


def compare_keras_2(program):
    """Its trunk's features of ten faces."""
    faces = [next(path for path in sorted(folder.glob("*.jpg"))) for folder in sorted((DATA / "faces").glob("[0-9]0"))]
    pictures = read_pictures(faces, 64)
    case = Case("keras", "mobilenet_v1", 0.25, 64, top=False)
    held = len(faces) == 10
    for precision, limit in LIMITS.items():
        set_precision(precision)
        theirs = run_keras(read_backbone(DATA / "keras"), pictures).transpose(0, 3, 1, 2)
        weights = str(DATA / "keras/mobilenet_0.25_64.h5")
        ours, _ = program.run(case, precision, weights, pictures, np.zeros_like(theirs))
        worst = max(difference(a, b) for a, b in zip(ours.output, theirs))
        held = held and worst <= limit
        print(f"mobilenet_0.25_64.h5: features of {len(faces)} faces differ by {worst:.1e} ({precision})")
    return held


# --- ImageNet -------------------------------------------------------------------------------------


def compare_imagenet(program):
    """The logits of every photo, and the breed of a dog."""
    photos = sorted((DATA / "photos").glob("*.jpg"))
    pictures = read_pictures(photos, 224)
    labels = json.loads((DATA / "keras/imagenet_labels.json").read_text())
    case = Case("keras", "mobilenet_v1", 0.75, 224)
    weights = str(DATA / "keras/imagenet_mobilenet_v1_0.75_224_top.weights.h5")
    held = len(photos) > 0
    for precision, limit in LIMITS.items():
        set_precision(precision)
        model = keras.applications.MobileNet(
            input_shape=(224, 224, 3), alpha=0.75, weights=weights, classifier_activation=None
        )
        theirs = run_keras(model, pictures)
        ours, _ = program.run(case, precision, weights, pictures, np.zeros_like(theirs))
        worst = max(difference(a, b) for a, b in zip(ours.output, theirs))
        held = held and worst <= limit
        print(f"ImageNet weights: logits of {len(photos)} photos differ by {worst:.1e} ({precision})")
    logits = ours.output[[photo.name for photo in photos].index("dogs.jpg")]
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    likeliest = int(shares.argmax())
    print(f"dogs.jpg: {labels[likeliest]} {shares[likeliest]:.3f}")
    return held and "Australian terrier" in labels[likeliest] and 0.94 <= shares[likeliest] < 0.95


def compare_imagenet_no_top(program):
    """Features by the file without a top equal those by the file with one, as they hold the same trunk."""
    pictures = read_pictures(sorted((DATA / "photos").glob("*.jpg"))[:2], 224)
    case = Case("keras", "mobilenet_v1", 0.75, 224, top=False)
    set_precision("fp32")
    folder = DATA / "keras"
    theirs = run_keras(keras.models.load_model(folder / "imagenet_mobilenet_v1_0.75_224_no_top.h5"), pictures)
    theirs = theirs.transpose(0, 3, 1, 2)
    held = True
    for file in ("imagenet_mobilenet_v1_0.75_224_no_top.h5", "imagenet_mobilenet_v1_0.75_224_top.weights.h5"):
        ours, _ = program.run(case, "fp32", str(folder / file), pictures, np.zeros_like(theirs))
        worst = max(difference(a, b) for a, b in zip(ours.output, theirs))
        held = held and worst <= LIMITS["fp32"]
        print(f"{file}: features of {len(pictures)} photos differ by {worst:.1e} (fp32)")
    return held


def main():
    if not (DATA / "keras").is_dir():
        print(f"skipped: no real Keras files in {DATA}/keras")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        program = Program(sys.argv[1], folder)
        checks = (compare_keras_2, compare_imagenet, compare_imagenet_no_top)
        failed = [check.__name__ for check in checks if not check(program)]
    print("failed: " + ", ".join(failed) if failed else "all equal")
    return 1 if failed else 0


sys.exit(main())
