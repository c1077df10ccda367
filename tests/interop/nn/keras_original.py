"""The MobileNets of keras.applications, on Keras's torch backend."""
import os

os.environ["KERAS_BACKEND"] = "torch"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import torch
from absl import logging
from keras.src.backend.common import dtypes

from original import Original, Run, moved_statistics, random_kernel, random_pictures, random_scale_and_shift

# Off TensorFlow Keras's type promotion answers float32 for float64, as JAX does by default, and by it BatchNormalization
# and mean() compute in float32 whatever floatx says. Its table for TensorFlow keeps float64; so does this.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

logging.set_verbosity(logging.ERROR)  # Keras warns of .h5, which is what is tested

APPLICATIONS = {
    "mobilenet_v1": keras.applications.MobileNet,
    "mobilenet_v2": keras.applications.MobileNetV2,
    "mobilenet_v3_small": keras.applications.MobileNetV3Small,
    "mobilenet_v3_large": keras.applications.MobileNetV3Large,
}


def build(case):
    more = {}
    if case.family == "mobilenet_v1":
        more = {"depth_multiplier": case.depth_multiplier, "dropout": 0.0}
    if case.family.startswith("mobilenet_v3"):
        more = {"dropout_rate": 0.0}
    keras.backend.clear_session()  # layer names count from 1 again
    return APPLICATIONS[case.family](
        input_shape=(case.size, case.size, 3),
        alpha=case.width,
        weights=None,
        include_top=case.top,
        classes=case.classes,
        classifier_activation=None,
        **more,
    )


def torch_layout(layer, values):
    """A kernel [H, W, I, O], depthwise [H, W, I, M], or dense [I, O] as PyTorch lays it."""
    if isinstance(layer, keras.layers.DepthwiseConv2D) and values.ndim == 4:
        height, width, channels, multiplier = values.shape
        return values.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return values.transpose(3, 2, 0, 1) if values.ndim == 4 else values.T


class KerasOriginal(Original):
    in_formats = (".h5", ".weights.h5", ".keras")
    out_format = ".h5"

    def __init__(self, case, precision):
        keras.config.set_floatx({"fp32": "float32", "fp64": "float64"}[precision])
        self.case = case
        self.model = build(case)
        # MobileNetV3 begins with a layer that scales pictures of 0 to 255 itself; the others want them in [-1, 1].
        self.scale, self.offset = (127.5, 127.5) if case.family.startswith("mobilenet_v3") else (1.0, 0.0)
        self.norms = [layer for layer in self.model.layers if isinstance(layer, keras.layers.BatchNormalization)]
        self.randomise(np.random.default_rng(case.seed()))

    def randomise(self, rng):
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                scale, shift = random_scale_and_shift(rng, layer.gamma.shape[0])
                layer.gamma.assign(scale)
                layer.beta.assign(shift)
            elif layer.weights:
                kernel = layer.kernel
                depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
                kernel.assign(random_kernel(rng, kernel.shape, np.prod(kernel.shape[: 2 if depthwise else -1])))
                if layer.use_bias:
                    layer.bias.assign(rng.normal(0, 0.1, layer.bias.shape))
        momenta = [norm.momentum for norm in self.norms]
        for norm in self.norms:
            norm.momentum = 0.0
        with torch.no_grad():
            self.model(self.to_input(random_pictures(rng, 8, self.case.size)), training=True)
        for norm, momentum in zip(self.norms, momenta):
            norm.momentum = momentum
            mean, variance = moved_statistics(rng, *map(keras.ops.convert_to_numpy, self.statistics(norm)))
            norm.moving_mean.assign(mean)
            norm.moving_variance.assign(variance)

    @staticmethod
    def statistics(norm):
        return norm.moving_mean, norm.moving_variance

    def to_input(self, pictures):
        values = torch.tensor(pictures.transpose(0, 2, 3, 1) * self.scale + self.offset)
        return values.to(getattr(torch, keras.config.floatx()))

    def save(self, path):
        if path.endswith(".weights.h5"):
            self.model.save_weights(path)
        else:
            self.model.save(path)

    def load(self, path):
        self.model.load_weights(path)

    def forget(self):
        for variable in self.model.weights:
            variable.assign(np.zeros(variable.shape))

    def tensors(self):
        return {variable.path: keras.ops.convert_to_numpy(variable).copy() for variable in self.model.weights}

    def forward(self, x):
        return self.model(x, training=False)

    def run(self, pictures, projection, training):
        x = self.to_input(pictures).requires_grad_()
        for variable in self.model.trainable_variables:
            variable.value.grad = None
        y = self.model(x, training=training)
        if y.ndim == 4:
            y = y.permute(0, 3, 1, 2)
        (y * torch.tensor(projection, dtype=y.dtype)).sum().backward()
        return Run(
            output=y.detach().numpy(),
            pictures_gradient=x.grad.permute(0, 3, 1, 2).numpy() * self.scale,
            gradients=[
                torch_layout(layer, variable.value.grad.numpy().copy())
                for layer in self.model.layers
                for variable in layer.trainable_variables
            ],
            statistics=[keras.ops.convert_to_numpy(s).copy() for norm in self.norms for s in self.statistics(norm)],
        )
