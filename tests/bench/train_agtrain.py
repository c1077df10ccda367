"""How agtrain is measured: it trains on JPEGs, and its tracking database tells how fast it was."""
import contextlib
import json
import os
import pathlib
import sqlite3
import statistics
import tempfile

from train_process import Failed, run

ROOT = pathlib.Path(__file__).parents[2]
RANKS = 2
WARM_UP = 4
NEVER = 1000000
# The peer's two forms of a network, and ours of the same padding.
FLAVOURS = {"same": "keras", "timm": "timm"}
# Of drawn rows, this many are left out for the defects that agprep has to find.
SPARE = 1.06
VALIDATION_SHARE = 0.9


def real_faces():
    """The folder of real faces, or nothing where there is none."""
    folder = pathlib.Path(os.environ.get("AG_REAL_DATA", ROOT.parent / "shared/data")) / "faces"
    return folder if (folder / "imdb.mat").is_file() else None


def pack(work, source, name, *options):
    data = work / name
    if not data.exists():
        run(["agprep", "imdb", "--mat", source / "imdb.mat", "--images", source, "--out", data, *options])
    return data


def drawn_data(work, size, pictures, validation_share):
    """JPEGs of drawn faces, so that loading is part of what is measured."""
    name = f"{size}-{pictures}-{validation_share}"
    sample = work / f"sample-{name}"
    if not sample.exists():
        run(["agprep", "sample", "--out", sample, "--count", pictures, "--seed", 1, "--size", max(96, size)])
    return pack(work, sample, f"data-{name}", "--val", validation_share)


def real_data(work):
    faces = real_faces()
    if faces is None:
        raise Failed("there are no real faces: AG_REAL_DATA names the folder that has faces/imdb.mat")
    return pack(work, faces, "faces")


class Tracked:
    """What one run wrote into a database of its own, copied: the file goes away with the run's folder."""

    def __init__(self, path):
        self.database = sqlite3.connect(":memory:")
        with contextlib.closing(sqlite3.connect(path)) as file:
            file.backup(self.database)

    def steps(self, after):
        return self.database.execute(
            "SELECT seconds, data_wait, comm_wait FROM step WHERE step > ? ORDER BY step", (after,)).fetchall()

    def metric(self, name):
        """Its values, an epoch after the other."""
        rows = self.database.execute(
            "SELECT value FROM metric JOIN metric_name ON metric_name.key = metric.name"
            " WHERE metric_name.name = ? ORDER BY step", (name,)).fetchall()
        if not rows:
            raise Failed(f"agtrain wrote no {name}")
        return [value for value, in rows]

    def precision(self):
        row = self.database.execute("SELECT value FROM param WHERE name = 'train.precision'").fetchone()
        return row[0] if row else "unknown"


def launch(work, contender, data, *settings, ranks=RANKS):
    """Runs agtrain and returns what it tracked."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        experiment = pathlib.Path(folder) / "bench.yaml"
        experiment.write_text("optimizer: {lr: 0.01, momentum: 0.9, nesterov: true, weight_decay: 1.0e-4}\n")
        precision = [] if contender.how == "default" else [f"train.precision={contender.how}"]
        run([
            "mpirun", "-np", ranks, "agtrain", experiment, f"dataset.path={data}", f"dataset.size={contender.size}",
            f"model.name={contender.model}", f"model.width={contender.width}",
            f"model.flavour={FLAVOURS[contender.form]}", "augment.hflip=0.5", *precision, *settings,
            f"tracking.database={folder}/tracking.db", f"checkpoint.directory={folder}/runs",
        ])
        return Tracked(f"{folder}/tracking.db")


def train(work, contender):
    """Its speed at the median step and the peak of a rank's memory, before anything is validated."""
    steps = contender.steps + WARM_UP
    data = drawn_data(work, contender.size, int(steps * RANKS * contender.batch * SPARE), 0)
    run_of = launch(work, contender, data, f"train.batch_size={contender.batch}", f"train.steps={steps}",
                    "train.epochs=1000", f"train.validate_every={NEVER}")
    rows = run_of.steps(after=WARM_UP)
    total = sum(row[0] for row in rows)
    return {
        "images_per_second": RANKS * contender.batch / statistics.median(row[0] for row in rows),
        "peak_mib": max(run_of.metric("system/peak_memory_bytes")) / 2**20,
        "data_wait_share": sum(row[1] for row in rows) / total,
        "comm_wait_share": sum(row[2] for row in rows) / total,
        "precision": run_of.precision(),
    }


def infer(work, contender):
    """Its validation, from the second on: the pictures are decoded then, as the peers' are."""
    pictures = int(contender.steps * RANKS * contender.batch * SPARE / VALIDATION_SHARE)
    data = drawn_data(work, contender.size, pictures, VALIDATION_SHARE)
    run_of = launch(work, contender, data, "train.batch_size=16", "train.epochs=3")
    return {
        "images_per_second": statistics.median(run_of.metric("val/images_per_second")[1:]),
        "precision": run_of.precision(),
    }


def epoch(work, contender):
    """The first epoch on the real faces, which decodes each of them, and the second, which has them decoded."""
    data = real_data(work)
    pictures = json.loads((data / "dataset.json").read_text())["counts"]["train"]
    run_of = launch(work, contender, data, f"train.batch_size={contender.batch}", "train.epochs=2",
                    f"train.validate_every={NEVER}")
    first, second = (pictures / speed for speed in run_of.metric("train/images_per_second"))
    return {
        "epoch_seconds": first, "second_epoch_seconds": second, "pictures": pictures,
        "data_wait_share": run_of.metric("system/data_wait_share")[0], "precision": run_of.precision(),
    }


MEASURES = {"train": train, "infer": infer, "epoch": epoch}
