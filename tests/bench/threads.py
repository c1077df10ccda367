#!/usr/bin/env python3
"""Two ranks of one thread each beside one rank of two threads: the same pictures a step, in turn.

usage: tests/bench/threads.py [--rounds N] [--out docs/performance]

MobileNet V1 1.0 at 64 and 224 px. Writes threads.json, and prints it as lines. Needs build/bin on PATH: launch/env.sh.
"""
import argparse
import datetime
import json
import pathlib
import statistics
import tempfile

from train_agtrain import NEVER, RANKS, SPARE, WARM_UP, drawn_data, launch
from train_contend import Contender
from train_report import ROOT, commit, machine

SHAPES = [{"size": 64, "batch": 64, "steps": 24}, {"size": 224, "batch": 16, "steps": 8}]
PLACES = {"2 ranks": (RANKS, 1), "2 threads": (1, RANKS)}


def images_per_second(work, data, shape, ranks, threads):
    contender = Contender("agtrain", "fp32", "train", "timm", "mobilenet_v1", 1.0, **shape)
    batch = shape["batch"] * RANKS // ranks
    tracked = launch(work, contender, data, f"train.batch_size={batch}", f"train.threads={threads}",
                     f"train.steps={shape['steps'] + WARM_UP}", "train.epochs=1000", f"train.validate_every={NEVER}",
                     ranks=ranks)
    return RANKS * shape["batch"] / statistics.median(row[0] for row in tracked.steps(after=WARM_UP))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/performance")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for shape in SHAPES:
            pictures = int((shape["steps"] + WARM_UP) * RANKS * shape["batch"] * SPARE)
            data = drawn_data(work, shape["size"], pictures, 0)
            speeds = {place: [] for place in PLACES}
            for _ in range(options.rounds):
                for place, (ranks, threads) in PLACES.items():
                    speeds[place].append(round(images_per_second(work, data, shape, ranks, threads), 1))
            ratios = [two / one for two, one in zip(speeds["2 threads"], speeds["2 ranks"])]
            results.append({**shape, "images_per_second": speeds, "threads_over_ranks": round(statistics.median(ratios), 3)})
            print(json.dumps(results[-1]), flush=True)
    report = {"what": __doc__.splitlines()[0], "date": datetime.date.today().isoformat(), "commit": commit(),
              "machine": machine(), "results": results}
    (options.out / "threads.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
