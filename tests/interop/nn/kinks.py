"""Pictures on which rounding doesn't change a gradient.

A gradient jumps where an activation passes a kink, as ReLU's at 0. Among hundreds of thousands of activations some lie so
near to one that fp32's rounding decides on which side, and two right programs then differ by a part of that activation's
whole gradient. So evaluation is compared on pictures of which the original itself says that no activation does.
"""
import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from original import random_pictures

CLEAR = 1e-5  # of an activation's root mean square: some ten times fp32's rounding after all layers
BATCH, BATCHES = 32, 8  # pictures that are tried at once, and how often

KINKS = {"relu": (0,), "hardtanh": (0, 6), "clamp": (0, 6), "hardswish": (-3, 3), "hardsigmoid": (-3, 3)}


class Watch(TorchDispatchMode):
    """Notes for each picture how near any activation came to a kink, relative to the root mean square of its layer's."""

    def __init__(self, pictures):
        super().__init__()
        self.nearest, self.seen = torch.full((pictures,), torch.inf), False

    def __torch_dispatch__(self, operation, types, arguments=(), keywords=None):
        kinks = KINKS.get(operation.overloadpacket.__name__.rstrip("_"))
        if kinks:
            x = arguments[0].flatten(1)
            distance = torch.stack([(x - kink).abs().amin(1) for kink in kinks]).amin(0)
            self.nearest = torch.minimum(self.nearest, distance / x.square().mean(1).sqrt())
            self.seen = True
        return operation(*arguments, **(keywords or {}))


def clear_pictures(original, rng, count, size):
    """[count, 3, size, size], each clear of kinks, or the clearest of many."""
    pictures, distances = [], []
    for _ in range(BATCHES):
        pictures.append(random_pictures(rng, BATCH, size))
        with torch.no_grad(), Watch(BATCH) as watch:
            original.forward(original.to_input(pictures[-1]))
        if not watch.seen:
            raise RuntimeError("no activation was seen: their operators have other names now")
        distances.append(watch.nearest.numpy())
        order = np.argsort(-np.concatenate(distances))[:count]
        if np.concatenate(distances)[order[-1]] >= CLEAR:
            break
    return np.concatenate(pictures)[order]
