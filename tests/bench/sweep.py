#!/usr/bin/env python3
"""What a sweep costs by itself, and whether stopping early finds what the whole grid finds.

usage: tests/bench/sweep.py [overhead] [asha] [--points N] [--repeats N] [--out docs/performance] [--work FOLDER]

overhead: agsweep runs 1,000 points of a one-step experiment. What its slots stood empty, a point, from its journal; its own
  processor time; its memory at the first and at the last point; and that the database has every point once.
asha: on real faces ($AG_REAL_DATA, else ../shared/data), a grid of 12 points with three seeds each, whole; then asha on
  the grid with five other seeds. How many of the grid's epochs asha took, and how far from the best point it ended.
Writes sweep.json and, made from it, sweep.md; what isn't measured now stays as it was.
"""
import argparse
import datetime
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

from train_report import ROOT, commit, machine

SLOTS = 2
METRIC = "val/age_mae"


def shell(command, folder):
    done = subprocess.run(["bash", "-c", f". {ROOT}/launch/env.sh && {command}"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"sweep.py: {command} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def journal(folder, sweep):
    lines = (folder / "runs/sweeps" / sweep / "journal.jsonl").read_text().split("\n")
    return [json.loads(line) for line in lines if line]


def memory_mib(pid):
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    except FileNotFoundError:
        pass
    return None


def overhead(work, points):
    folder = work / "overhead"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shell("agprep sample --out raw --count 40 --seed 1 && agprep imdb --mat raw/imdb.mat --images raw --out data", folder)
    (folder / "base.yaml").write_text("dataset: {path: data, size: 32}\nmodel: {width: 0.25, hidden: 32}\n"
                                      "train: {epochs: 1, steps: 1, global_batch_size: 8}\n")
    (folder / "sweep.yaml").write_text(
        f"name: many\nbase: base.yaml\nmethod: random\nruns: {points}\nlauncher: {{slots: {SLOTS}}}\n"
        "parameters: {optimizer.lr: {min: 1.0e-6, max: 1.0e-3, distribution: log_uniform}}\n")
    before = time.time()
    process = subprocess.Popen(["bash", "-c", f". {ROOT}/launch/env.sh && exec agsweep run sweep.yaml"], cwd=folder,
                               stdout=subprocess.DEVNULL)
    memory = []
    while process.poll() is None:
        time.sleep(1)
        memory.append(memory_mib(process.pid))
    wall = time.time() - before
    if process.returncode:
        sys.exit(f"sweep.py: agsweep ended with {process.returncode}")
    started, busy = {}, 0.0
    entries = journal(folder, "many")
    for entry in entries:
        if entry["event"] == "start":
            started[entry["trial"]] = entry["time"]
        if entry["event"] == "end":
            busy += entry["time"] - started[entry["trial"]]
    with sqlite3.connect(folder / "runs/tracking.db") as db:
        runs, finished = db.execute("select count(*), sum(status = 'finished') from run").fetchone()
        whole = db.execute("pragma integrity_check").fetchone()[0]
    own = [value for value in memory if value]
    first = min(entry["time"] for entry in entries)
    last = max(entry["time"] for entry in entries)
    return {"points": points, "slots": SLOTS, "seconds": round(wall, 1), "runs": runs, "finished": finished,
            "integrity": whole, "empty_ms_a_point": round(1000 * (SLOTS * (last - first) - busy) / points, 2),
            "around_ms_a_point": round(1000 * (wall - (last - first)) / points, 2),
            "memory_mib": [round(own[min(5, len(own) - 1)], 1), round(own[-1], 1)]}


def last_values(folder):
    """Of each run: its width and rate, its last value of the metric, its epochs."""
    with sqlite3.connect(folder / "runs/tracking.db") as db:
        rows = db.execute(
            "select run.name, run.status, (select value from metric join metric_name on metric_name.key = metric.name where "
            "metric_name.name = ? and run = run.key order by epoch desc limit 1), (select max(epoch) from metric where "
            "run = run.key) from run", (METRIC,)).fetchall()
    return [{"point": name, "status": status, "value": value, "epochs": epochs} for name, status, value, epochs in rows]


def asha(work, repeats, data):
    base = work / "asha"
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    shell(f"agprep imdb --mat {data}/faces/imdb.mat --images {data}/faces --out data --split image", base)
    epochs = 18
    experiment = ("dataset: {path: ../data, size: 32}\nmodel: {name: mobilenet_v1, width: 0.25, bn_momentum: 0.9}\n"
                  "augment: {hflip: 0.5}\noptimizer: {name: sgd, momentum: 0.9, nesterov: true}\n"
                  "schedule: {name: cosine}\ncheckpoint: {keep_last: 1}\n"
                  f"train: {{epochs: {epochs}, global_batch_size: 64}}\n")
    grid = ("name: grid\nbase: base.yaml\nparameters:\n  optimizer.lr: {values: [0.01, 0.03, 0.1, 0.3]}\n"
            f"  optimizer.weight_decay: {{values: [0.0, 1.0e-4, 1.0e-3]}}\nlauncher: {{slots: {SLOTS}}}\n")

    def sweep(name, more):
        folder = base / name
        folder.mkdir()
        (folder / "base.yaml").write_text(experiment)
        (folder / "sweep.yaml").write_text(grid + more)
        shell("agsweep run sweep.yaml", folder)
        return last_values(folder)

    whole = sweep("whole", "seeds: [1, 2, 3]\n")
    by_point = {}
    for run in whole:
        by_point.setdefault(run["point"], []).append(run["value"])
    best = min(by_point, key=lambda point: statistics.mean(by_point[point]))
    mean, spread = statistics.mean(by_point[best]), statistics.stdev(by_point[best])
    tries = []
    for repeat in range(repeats):
        runs = sweep(f"asha{repeat}", f"seeds: [{11 + repeat}]\nearly_terminate: {{type: asha, min_epochs: 2, factor: 3}}\n")
        ended = min((run for run in runs if run["status"] == "finished"), key=lambda run: run["value"])
        tries.append({"best": ended["point"], "value": round(ended["value"], 4),
                      "share_of_epochs": round(sum(run["epochs"] for run in runs) / (len(runs) * epochs), 4)})
        print(json.dumps(tries[-1]), flush=True)
    return {"points": len(by_point), "epochs": epochs, "grid": {point: [round(value, 4) for value in values]
                                                               for point, values in by_point.items()},
            "best": best, "mean": round(mean, 4), "sd": round(spread, 4), "asha": tries,
            "within_one_sd": sum(one["value"] <= mean + spread for one in tries),
            "within_40_percent": sum(one["share_of_epochs"] <= 0.4 for one in tries)}


def page(report):
    lines = ["# What a sweep costs", "", "Made by `tests/bench/sweep.py` from [sweep.json](sweep.json).", ""]
    if "overhead" in report:
        of = report["overhead"]
        lines += ["## By itself", "",
                  f"{of['points']:,} points of one step each, {of['slots']} at a time, in {of['seconds']:.0f} s: a slot stood empty for",
                  f"**{of['empty_ms_a_point']:.1f} ms a point** (asked: under 50), and {of['around_ms_a_point']:.1f} ms a point went to reading and checking",
                  f"the sweep before and to its end. agsweep took {of['memory_mib'][0]:.0f} MiB at the beginning and {of['memory_mib'][1]:.0f} MiB at the end. The database has",
                  f"{of['runs']:,} runs, {of['finished']:,} of them finished; its integrity check says {of['integrity']}.", ""]
    if "asha" in report:
        of = report["asha"]
        lines += ["## Stopping early", "",
                  f"{of['points']} points on 3,573 real faces at 32 px, {of['epochs']} epochs each. The whole grid's best of three seeds: {of['best']}, val age MAE",
                  f"{of['mean']:.3f} years (sd {of['sd']:.3f}). asha (`min_epochs: 2, factor: 3`, {SLOTS} slots) on the same grid with other seeds; epochs that were finished are counted:", "",
                  "| repeat | its best point | val age MAE | epochs, of the grid's |", "| ---: | --- | ---: | ---: |"]
        for i, one in enumerate(of["asha"]):
            lines.append(f"| {i + 1} | {one['best']} | {one['value']:.3f} | {100 * one['share_of_epochs']:.0f}% |")
        lines += ["", f"Within one standard deviation of the best point: {of['within_one_sd']} of {len(of['asha'])}; "
                  f"with at most 40% of the epochs: {of['within_40_percent']} of {len(of['asha'])}.", ""]
    lines += [f"{report['machine']['processor']}. {report['date']}.", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["overhead", "asha"])
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/performance")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/sweep")
    options = parser.parse_args()
    path = options.out / "sweep.json"
    report = json.loads(path.read_text()) if path.exists() else {}
    report |= {"what": __doc__.splitlines()[0], "date": datetime.date.today().isoformat(), "commit": commit(),
               "machine": machine()}
    if "overhead" in options.what:
        report["overhead"] = overhead(options.work.resolve(), options.points)
        print(json.dumps(report["overhead"]), flush=True)
    if "asha" in options.what:
        data = pathlib.Path(os.environ.get("AG_REAL_DATA", ROOT.parent / "shared/data")).resolve()
        if not (data / "faces").is_dir():
            sys.exit(f"sweep.py: no real faces in {data}: name their folder in AG_REAL_DATA")
        report["asha"] = asha(options.work.resolve(), options.repeats, data)
    path.write_text(json.dumps(report, indent=1) + "\n")
    (options.out / "sweep.md").write_text(page(report))


if __name__ == "__main__":
    main()
