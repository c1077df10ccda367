#!/usr/bin/env python3
"""Makes the files beside it again: what torch and Keras write, and the names of the peers' tensors.

    KERAS_BACKEND=torch python3 make.py        (with torch, timm, torchvision and Keras 3 installed)

names_PEER_FAMILY.txt hold, for width 1 with the 1000-class top, a line "name size size ..." each tensor.
calls_system.* ask for a command to be run when they are unpickled: no reader of weights may do so.
"""

import collections
import os
import pathlib
import pickle

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy
import timm
import torch
import torchvision

HERE = pathlib.Path(__file__).parent


def state_dict():
    numbers = torch.arange(24, dtype=torch.float32)
    return collections.OrderedDict(
        [
            ("a.weight", numbers.view(2, 3, 4)),
            ("a.transposed", numbers.view(4, 6).t()),  # the same storage with other strides
            ("a.tail", numbers[20:]),  # and from an offset
            ("b.half", torch.tensor([1.5, -2.0], dtype=torch.float16)),
            ("b.bfloat16", torch.tensor([0.5, 3.0], dtype=torch.bfloat16)),
            ("b.double", torch.tensor([[1e-3]], dtype=torch.float64)),
            ("b.count", torch.tensor(7)),
            ("c.parameter", torch.nn.Parameter(torch.ones(2))),
        ]
    )


class Linear(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.l = torch.nn.Linear(2, 1)


class CallsSystem:
    def __reduce__(self):
        return (os.system, ("touch /tmp/agtrain_ran_what_weights_said",))


def make_torch_files():
    old = {"_use_new_zipfile_serialization": False}
    torch.save(state_dict(), HERE / "plain.pth")
    torch.save(state_dict(), HERE / "plain_stream.pth", **old)
    torch.save(state_dict(), HERE / "protocol4.pth", pickle_protocol=4)
    torch.save(state_dict(), HERE / "protocol5_stream.pth", pickle_protocol=5, **old)
    groups = [{"lr": 0.1, "betas": (0.9, 0.999), "params": [0, 1]}]
    checkpoint = {
        "epoch": 3,
        "arch": "x",
        "metric": None,
        "optimizer": {"state": {}, "param_groups": groups},
        "state_dict": Linear().state_dict(),  # with its _metadata
        "state_dict_ema": {"l.weight": torch.tensor([[1.0, 2.0]]), "l.bias": torch.tensor([3.0])},
    }
    torch.save(checkpoint, HERE / "nested.pth")
    torch.save({"a": torch.ones(1), "x": CallsSystem()}, HERE / "calls_system.pth")
    torch.save({"a": torch.ones(1), "x": CallsSystem()}, HERE / "calls_system_stream.pth", **old)
    (HERE / "calls_system.pkl").write_bytes(pickle.dumps(CallsSystem(), 2))
    torch.save(Linear(), HERE / "whole_model.pth")


def nested_keras_model():
    inner_input = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(2, 3, use_bias=False, name="conv1")(inner_input)
    x = keras.layers.BatchNormalization(name="conv1_bn")(x)
    x = keras.layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False, name="conv_dw_1")(x)
    inner = keras.Model(inner_input, x, name="backbone")
    outer_input = keras.Input((8, 8, 3))
    y = keras.layers.GlobalAveragePooling2D()(inner(outer_input))
    model = keras.Model(outer_input, keras.layers.Dense(3, name="answer")(y), name="whole")
    begin = 0
    for weight in model.weights:  # numbers that say where they belong
        size = int(numpy.prod(weight.shape))
        weight.assign(numpy.arange(begin, begin + size, dtype="float32").reshape(weight.shape))
        begin += size
    return model


def make_keras_files():
    model = nested_keras_model()
    model.save(HERE / "nested.keras")
    model.save_weights(HERE / "nested.weights.h5")
    model.save(HERE / "nested.h5")


def write_names(file, tensors):
    lines = [" ".join([name, *map(str, shape)]) for name, shape in tensors]
    (HERE / file).write_text("\n".join(lines) + "\n")


def make_names():
    families = ("v1", "v2", "v3_small", "v3_large", "v4_conv_small")
    for family in families:
        model = timm.create_model(f"mobilenet{family}_100" if "v4" not in family else "mobilenetv4_conv_small")
        write_names(f"names_timm_{family}.txt", torch_tensors(model))
    for family in families[1:4]:
        model = getattr(torchvision.models, f"mobilenet_{family}")()
        write_names(f"names_torchvision_{family}.txt", torch_tensors(model))
    applications = keras.applications
    originals = (applications.MobileNet, applications.MobileNetV2, applications.MobileNetV3Small,
                 applications.MobileNetV3Large)
    for family, original in zip(families, originals):
        model = original(input_shape=(224, 224, 3), weights=None)
        tensors = [(f"{layer.name}/{w.name}", w.shape) for layer in model.layers for w in layer.weights]
        write_names(f"names_keras3_{family}.txt", tensors)
        write_names(f"names_by_class_{family}.txt", by_class(model))


def torch_tensors(model):
    return [(n, t.shape) for n, t in model.state_dict().items() if not n.endswith("num_batches_tracked")]


def by_class(model):
    """As keras.saving numbers layers in .weights.h5: by class, in the model's order."""
    counts = collections.Counter()
    for layer in model.layers:
        name = keras.src.utils.naming.to_snake_case(type(layer).__name__)
        number = counts[name]
        counts[name] += 1
        for weight in layer.weights:
            yield f"{name}_{number}/{weight.name}" if number else f"{name}/{weight.name}", weight.shape


if __name__ == "__main__":
    make_torch_files()
    make_keras_files()
    make_names()
