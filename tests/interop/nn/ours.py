"""Our side of a comparison: the test program `interop_network`, and how far it is off."""
import subprocess

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from original import Run


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def run(self, case, precision, weights, pictures, projection, training=False, export=None):
        """Imports the file `weights`, exports it to `export`, runs, and returns a Run and each tensor's name."""
        kind = {"fp32": np.float32, "fp64": np.float64}[precision]
        inputs, outputs = f"{self.folder}/inputs.safetensors", f"{self.folder}/outputs.safetensors"
        tensors = {"pictures": pictures, "projection": projection}
        save_file({name: np.ascontiguousarray(tensor, kind) for name, tensor in tensors.items()}, inputs)
        command = [self.path, "--model", case.family, "--flavour", case.library, "--width", str(case.width)]
        command += ["--depth-multiplier", str(case.depth_multiplier), "--size", str(case.size)]
        command += ["--classes", str(case.classes if case.top else 0), "--precision", precision]
        command += ["--weights", weights, "--inputs", inputs, "--outputs", outputs]
        command += ["--training"] if training else []
        command += ["--export", export] if export else []
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\nended with {done.returncode}: {done.stderr.strip()}")
        with safe_open(outputs, "numpy") as file:
            names = {key: file.metadata()[key].split() for key in ("parameters", "statistics")}
            run = Run(
                output=file.get_tensor("output"),
                pictures_gradient=file.get_tensor("gradient pictures"),
                gradients=[file.get_tensor("gradient " + name) for name in names["parameters"]],
                statistics=[file.get_tensor("statistic " + name) for name in names["statistics"]],
            )
        return run, names


def largest(tensors):
    return max(np.abs(tensor).max() for tensor in tensors)


def difference(ours, theirs, floor=0.0):
    """The largest difference between two tensors over the largest number in the second."""
    if ours.size != theirs.size or np.squeeze(ours).shape != np.squeeze(theirs).shape:  # a 1x1 convolution is a matrix
        raise RuntimeError(f"ours is {ours.shape}, theirs {theirs.shape}")
    if not np.isfinite(ours).all():
        return np.inf
    distance = np.abs(np.squeeze(ours).astype(np.float64) - np.squeeze(theirs)).max()
    return float(distance / max(np.abs(theirs).max(), floor, np.finfo(np.float64).tiny))


def differences(ours, theirs, names):
    """By what is compared: the difference, and of many tensors the name of the worst.

    A shift before a BatchNorm that takes the batch's statistics moves nothing: the true gradient is zero, and each side
    has rounding in its place. So a gradient counts as at least a millionth of the largest.
    """
    if len(ours.gradients) != len(theirs.gradients) or len(ours.statistics) != len(theirs.statistics):
        raise RuntimeError(
            f"ours has {len(ours.gradients)} parameters and {len(ours.statistics)} statistics, "
            f"theirs {len(theirs.gradients)} and {len(theirs.statistics)}"
        )
    floor = 1e-6 * largest(theirs.gradients)
    found = {
        "output": (difference(ours.output, theirs.output), ""),
        "gradient of pictures": (difference(ours.pictures_gradient, theirs.pictures_gradient), ""),
    }
    for key, mine, others, least in (
        ("parameters", ours.gradients, theirs.gradients, floor),
        ("statistics", ours.statistics, theirs.statistics, 0.0),
    ):
        worst = max((difference(a, b, least), name) for a, b, name in zip(mine, others, names[key]))
        found["gradients of parameters" if key == "parameters" else "running statistics"] = worst
    return found
