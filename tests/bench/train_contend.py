"""Who runs in a case, agtrain and the peers in each of their modes, and how each is measured."""
import dataclasses
import json
import os
import pathlib
import sys

import train_agtrain
from train_process import Failed, run

HERE = pathlib.Path(__file__).parent
RANKS = train_agtrain.RANKS
PYTORCH_MODES = ["fp32", "bf16", "compile32", "compile16"]
FP32_MODES = {"fp32", "compile32", "jit32"}


@dataclasses.dataclass(frozen=True)
class Contender:
    who: str      # agtrain, pytorch, keras
    how: str      # a peer's mode; agtrain's precision, or "default"
    measure: str  # train, infer, epoch; alone: one rank's share of a training step in one process of one thread
    form: str     # the padding: same, which is Keras's, or timm
    model: str
    width: float
    size: int
    batch: int    # pictures a rank
    steps: int

    def __str__(self):
        padding = "Keras's" if self.form == "same" else "timm's"
        alone = ", one rank's share" if self.measure == "alone" else ""
        return f"{self.who} {self.how}, {padding} form{alone}"


# How a case's kind is measured, which figure of it counts, and in which unit.
@dataclasses.dataclass(frozen=True)
class Kind:
    measure: str
    figure: str
    unit: str
    less_is_better: bool = False
    ratio_is_share: bool = False  # ours of theirs, to stay below the target; else how many times better we are

    def best(self, figures):
        """The key of the best of these."""
        return (min if self.less_is_better else max)(figures, key=figures.get)

    def ratio(self, ours, theirs):
        return theirs / ours if self.less_is_better and not self.ratio_is_share else ours / theirs

    def reached(self, ratio, target):
        return ratio <= target if self.ratio_is_share else ratio >= target


KINDS = {
    "training": Kind("train", "images_per_second", "img/s"),
    "memory": Kind("train", "peak_mib", "MiB", less_is_better=True, ratio_is_share=True),
    "epoch": Kind("epoch", "epoch_seconds", "s", less_is_better=True),
    "validation": Kind("infer", "images_per_second", "img/s"),
}


class Peers:
    """The peers that this machine has, and their versions."""

    def __init__(self):
        self.pytorch_python = sys.executable
        self.keras_python = os.environ.get("AG_KERAS_PYTHON", sys.executable)
        self.versions, self.missing = {}, {}
        self._ask("pytorch", self.pytorch_python, "train_peer.py")
        self._ask("keras", self.keras_python, "train_keras.py")
        self.keras_modes = self.versions.pop("keras_modes", [])

    def _ask(self, name, python, script):
        try:
            self.versions.update(last_line(run([python, HERE / script, "versions"])))
        except Failed as problem:
            self.missing[name] = str(problem)


def last_line(printed):
    return json.loads(printed.strip().splitlines()[-1])


class Entrants:
    """The contenders of one case. `peers.missing` leaves out those that aren't here, `only` all but these modes."""

    def __init__(self, case, peers, only=()):
        self.kind = KINDS[case["kind"]]
        shape = {key: case[key] for key in ("model", "width", "size", "batch", "steps")}
        precision = "fp32" if case.get("fp32") else "default"
        keras_measure = "alone" if case["kind"] == "memory" else self.kind.measure

        def modes(who, names, measure, form):
            left = [name for name in names if (not case.get("fp32") or name in FP32_MODES) and (not only or name in only)]
            return {} if who in peers.missing else {
                name: Contender(who, name, measure, form, **shape) for name in left}

        self.ours = Contender("agtrain", precision, self.kind.measure, case["form"], **shape)
        self.pytorch = modes("pytorch", PYTORCH_MODES, self.kind.measure, case["form"])
        self.keras = modes("keras", peers.keras_modes, keras_measure, "same") if case.get("keras_target") else {}
        # Keras pads in its own way alone, so agtrain meets it in that.
        self.ours_for_keras = dataclasses.replace(self.ours, form="same") if self.keras else None

    def all(self):
        ours = [self.ours] if self.ours_for_keras is None else [self.ours, self.ours_for_keras]
        return [*ours, *self.pytorch.values(), *self.keras.values()]


def measure_pytorch(work, contender, peers):
    script = "train_peer_epoch.py" if contender.measure == "epoch" else "train_peer.py"
    command = [peers.pytorch_python, HERE / script]
    if contender.measure == "epoch":
        command += [contender.how, train_agtrain.real_data(work)]
    else:
        command += [contender.measure, contender.how, "--model", contender.model, "--width", contender.width,
                    "--steps", contender.steps]
    command += ["--size", contender.size, "--batch", contender.batch, "--form", contender.form]
    # Where a compiled graph is kept, the later rounds needn't compile it again.
    environment = {"OMP_NUM_THREADS": "1", "TORCHINDUCTOR_CACHE_DIR": str(work / "inductor")}
    return last_line(run(command, environment))


def measure_keras(work, contender, peers):
    """One process with the threads and the pictures of all ranks; `alone` and `infer` have their own number of pictures."""
    threads = 1 if contender.measure == "alone" else RANKS
    batch = contender.batch * (RANKS if contender.measure == "train" else 1)
    what = "infer" if contender.measure == "infer" else "train"
    command = [
        peers.keras_python, HERE / "train_keras.py", what, contender.how, "--model", contender.model, "--width",
        contender.width, "--size", contender.size, "--batch", batch, "--threads", threads, "--steps", contender.steps,
    ]
    return last_line(run(command, {"OMP_NUM_THREADS": str(threads), "KERAS_HOME": str(work / "keras")}))


def measure(work, contender, peers):
    """Its figures. Failed where it didn't come to an end."""
    if contender.who == "agtrain":
        return train_agtrain.MEASURES[contender.measure](work, contender)
    return (measure_pytorch if contender.who == "pytorch" else measure_keras)(work, contender, peers)
