#!/usr/bin/env python3
"""Whether training in bfloat16 ends where training in float ends: real faces, several seeds, two starts, two ranks.

usage: tests/bench/precision.py [--seeds N] [--report] [--out docs/performance] [--work FOLDER]

From scratch it is tests/e2e/train/faces_64.yaml, from ImageNet's weights experiments/finetune_64.yaml. A seed draws the
split, the start and the order, the same for both precisions. Writes precision.json and, made from it, precision.md.
Needs build/bin and real faces and weights in $AG_REAL_DATA, else in ../shared/data. FOLDER keeps what was trained:
a run that it has finished isn't run again, and --report tells of those that it has and runs none.
"""
import argparse
import datetime
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys

from train_report import ROOT, commit, machine

PRECISIONS = ("bf16", "fp32")
STARTS = {"from ImageNet's weights": ("experiments/finetune_64.yaml",
                                      "model.weights={data}/keras/imagenet_mobilenet_v1_0.75_224_no_top.h5"),
          "from scratch": ("tests/e2e/train/faces_64.yaml", "")}
METRICS = {"val/age_mae": "val age MAE, years", "val/gender_accuracy": "gender accuracy"}


def shell(command, folder):
    done = subprocess.run(["bash", "-c", f". {ROOT}/launch/env.sh && {command}"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"precision.py: {command} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def last_metrics(database):
    """Of the only run's last epoch, where it finished."""
    if not database.exists():
        return None
    with sqlite3.connect(database) as db:
        if db.execute("select count(*) from run where status = 'finished'").fetchone()[0] != 1:
            return None
        value = ("select value from metric join metric_name on metric.name = metric_name.key where metric_name.name = ? "
                 "order by epoch desc limit 1")
        return {name: db.execute(value, (name,)).fetchone()[0] for name in METRICS}


def train(start, precision, seed, data, work, only_report):
    """None where it isn't there and isn't to be run."""
    experiment, more = STARTS[start]
    name = f"{pathlib.Path(experiment).stem}_{precision}_{seed}"
    database = work / f"{name}.db"
    if last_metrics(database) is None:
        if only_report:
            return None
        database.unlink(missing_ok=True)
        shell(f"mpirun -np 2 agtrain {ROOT}/{experiment} seed={seed} dataset.path=faces{seed} train.precision={precision} "
              f"checkpoint.directory=runs_{name} tracking.database={database.name} "
              + more.format(data=data), work)
    return {"start": start, "precision": precision, "seed": seed, **last_metrics(database)}


def summary(runs):
    rows = []
    for start in STARTS:
        for precision in PRECISIONS:
            of = [run for run in runs if run["start"] == start and run["precision"] == precision]
            if not of:
                continue
            row = {"start": start, "precision": precision, "runs": len(of)}
            for metric in METRICS:
                values = [run[metric] for run in of]
                spread = round(statistics.stdev(values), 4) if len(values) > 1 else None
                row[metric] = {"mean": round(statistics.mean(values), 4), "sd": spread}
            rows.append(row)
    return rows


def page(report):
    lines = ["# Whether bfloat16 learns as well", "",
             "Made by `tests/bench/precision.py` from [precision.json](precision.json): MobileNet V1 on 3,573 real faces at 64 px,",
             "two ranks, the last epoch's metrics on 893 others; the same seeds, splits and starts for both precisions.", "",
             "| start | precision | runs | " + " | ".join(METRICS.values()) + " |", "| --- | --- | ---: | ---: | ---: |"]
    for row in report["summary"]:
        figures = [f"{row[metric]['mean']:.3f}" + (f" (sd {row[metric]['sd']:.3f})" if row["runs"] > 1 else "")
                   for metric in METRICS]
        lines.append(f"| {row['start']} | {row['precision']} | {row['runs']} | " + " | ".join(figures) + " |")
    lines += ["", "The difference of bf16 from fp32, seed by seed:", ""]
    for start in STARTS:
        of = {(run["precision"], run["seed"]): run for run in report["runs"] if run["start"] == start}
        seeds = sorted(seed for precision, seed in of if precision == "bf16" and ("fp32", seed) in of)
        if not seeds:
            continue
        for metric, label in METRICS.items():
            apart = [of["bf16", seed][metric] - of["fp32", seed][metric] for seed in seeds]
            lines.append(f"- {start}, {label}: " + ", ".join(f"{one:+.3f}" for one in apart))
    about = report["machine"]
    lines += ["", f"{about['processor']}, {'with' if about['avx512_bf16'] else 'without'} AVX-512 BF16. {report['date']}.", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/performance")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/precision")
    options = parser.parse_args()
    data = pathlib.Path(os.environ.get("AG_REAL_DATA", ROOT.parent / "shared/data")).resolve()
    options.out.mkdir(parents=True, exist_ok=True)
    if not (data / "faces").is_dir():
        sys.exit(f"precision.py: no real faces in {data}: name their folder in AG_REAL_DATA")
    options.work.mkdir(parents=True, exist_ok=True)
    runs = []
    for start in STARTS:
        for precision in PRECISIONS:
            for seed in range(1, options.seeds + 1):
                if not (options.work / f"faces{seed}").exists():
                    shell(f"agprep imdb --mat {data}/faces/imdb.mat --images {data}/faces --out faces{seed} --split image "
                          f"--seed {seed}", options.work)
                run = train(start, precision, seed, data, options.work, options.report)
                if run is not None:
                    runs.append(run)
                    print(json.dumps(run), flush=True)
    report = {"what": __doc__.splitlines()[0], "date": datetime.date.today().isoformat(), "commit": commit(),
              "machine": machine(), "summary": summary(runs), "runs": runs}
    (options.out / "precision.json").write_text(json.dumps(report, indent=1) + "\n")
    (options.out / "precision.md").write_text(page(report))


if __name__ == "__main__":
    main()
