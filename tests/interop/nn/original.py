"""What a MobileNet of somebody else's library must be able to do to be compared with ours."""
import dataclasses

import numpy as np


@dataclasses.dataclass
class Case:
    """One network: what the original is made of, and what ours is."""

    library: str  # "keras", "torchvision" or "timm": the flavour of ours
    family: str  # as `model.name` calls it: "mobilenet_v3_small"
    width: float
    size: int  # pixels a side
    depth_multiplier: int = 1
    top: bool = True  # with the classifier: logits are compared; else the trunk's features
    classes: int = 1000

    def __str__(self):
        depth = f" depth {self.depth_multiplier}" if self.depth_multiplier != 1 else ""
        return f"{self.library} {self.family} {self.width}{depth} at {self.size}{'' if self.top else ', no top'}"

    def seed(self):
        return [self.size, round(1000 * self.width), *str(self).encode()]


@dataclasses.dataclass
class Run:
    """What a network makes of pictures, in PyTorch's layouts."""

    output: np.ndarray  # logits [N, classes] or features [N, C, h, w]
    pictures_gradient: np.ndarray  # of sum(output * projection), [N, 3, S, S]
    gradients: list  # of each parameter that the output depends on, in the order of the forward pass
    statistics: list  # running mean and variance of each BatchNorm, in the same order, after the run


class Original:
    """Made with random weights and BatchNorm statistics, all a function of the case."""

    in_formats = ()  # file endings in which the library itself saves weights
    out_format = ""  # the ending of what our exporter writes for it

    def save(self, path):
        """Writes the weights by the library's own means, in the format that the path's ending says."""
        raise NotImplementedError

    def load(self, path):
        """Takes the weights of a file of our exporter's by the library's own means."""
        raise NotImplementedError

    def forget(self):
        """Overwrites every weight with zeros."""
        raise NotImplementedError

    def tensors(self):
        """Every weight and statistic by name, as it lies in memory."""
        raise NotImplementedError

    def run(self, pictures, projection, training):
        """A Run for `pictures` [N, 3, S, S] in [-1, 1]; where `training`, BatchNorm takes the batch's statistics."""
        raise NotImplementedError


def random_pictures(rng, count, size):
    """Noise in large patches and in small ones, in [-1, 1]: so features differ from picture to picture and place to place.

    Of fine noise alone all that is left deep in a network is its mean, and BatchNorm would enlarge rounding.
    """
    patch = size // 5 + 1
    coarse = rng.uniform(-0.7, 0.7, (count, 3, 5, 5)).repeat(patch, 2).repeat(patch, 3)[:, :, :size, :size]
    return coarse + rng.uniform(-0.3, 0.3, (count, 3, size, size))


def random_kernel(rng, shape, fan_in):
    """He's rule: activations stay as large as they are from layer to layer."""
    return rng.normal(0, np.sqrt(2 / fan_in), shape)


def random_scale_and_shift(rng, channels):
    return rng.uniform(0.5, 1.2, channels), rng.normal(0, 0.3, channels)


def moved_statistics(rng, mean, variance):
    """Statistics some way off those of a batch: as they would be of other pictures."""
    mean = mean + rng.normal(0, 0.2, mean.shape) * np.sqrt(variance)
    return mean, variance * rng.uniform(0.8, 1.6, variance.shape)
