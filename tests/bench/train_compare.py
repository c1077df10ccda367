"""Runs agtrain and PyTorch DDP in turn and writes docs/performance/train.json: see train.sh."""
import argparse
import datetime
import json
import pathlib
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
RANKS = 2
WARM_UP = 4
CASES = [
    {"name": "V1 1.0, 224 px, batch 16 a rank", "size": 224, "batch": 16, "steps": 12, "pictures": 600},
    {"name": "V1 1.0, 64 px, batch 64 a rank", "size": 64, "batch": 64, "steps": 30, "pictures": 5200},
]


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def make_dataset(folder, case):
    """JPEGs of the drawn faces, so that loading is part of what is measured."""
    sample, data = folder / f"sample{case['size']}", folder / f"data{case['size']}"
    run(["agprep", "sample", "--out", sample, "--count", case["pictures"], "--seed", 1, "--size", max(96, case["size"])])
    run(["agprep", "imdb", "--mat", sample / "imdb.mat", "--images", sample, "--out", data])
    return data


def ours(folder, case, data, flavour, turn):
    database = folder / f"tracking-{case['size']}-{flavour}-{turn}.db"
    experiment = folder / "bench.yaml"
    experiment.write_text("optimizer: {lr: 0.01, momentum: 0.9, nesterov: true, weight_decay: 1.0e-4}\n")
    run([
        "mpirun", "-np", RANKS, "agtrain", experiment, f"dataset.path={data}", f"dataset.size={case['size']}",
        f"model.flavour={flavour}", f"train.batch_size={case['batch']}", f"train.steps={case['steps'] + WARM_UP}", "train.epochs=1000",
        "augment.hflip=0.5", f"tracking.database={database}", f"checkpoint.directory={folder / 'runs'}",
    ])
    rows = sqlite3.connect(database).execute(
        "SELECT seconds, data_wait, comm_wait FROM step WHERE step > ? ORDER BY step", (WARM_UP,)).fetchall()
    seconds = statistics.median(row[0] for row in rows)
    total = sum(row[0] for row in rows)
    return {
        "images_per_second": RANKS * case["batch"] / seconds,
        "data_wait_share": sum(row[1] for row in rows) / total,
        "comm_wait_share": sum(row[2] for row in rows) / total,
    }


def theirs(case, flavour):
    return float(run([sys.executable, HERE / "train_peer.py", case["size"], case["batch"], case["steps"], flavour]))


# The peer's two forms of the network, and ours of the same padding.
FLAVOURS = {"same": "keras", "timm": "timm"}


def measure(case, folder, rounds):
    data = make_dataset(folder, case)
    mine = {form: [] for form in FLAVOURS}
    peer = {form: [] for form in FLAVOURS}
    for turn in range(rounds):
        for form, flavour in FLAVOURS.items():
            mine[form].append(ours(folder, case, data, flavour, turn))
            peer[form].append(theirs(case, form))
            print(f"{case['name']}, {flavour}'s padding: agtrain {mine[form][-1]['images_per_second']:.1f}, "
                  f"PyTorch DDP {peer[form][-1]:.1f} img/s", flush=True)

    def result(form):
        def median(key):
            return statistics.median(m[key] for m in mine[form])

        return {
            "padding": FLAVOURS[form],
            "agtrain_images_per_second": round(median("images_per_second"), 1),
            "pytorch_ddp_images_per_second": round(statistics.median(peer[form]), 1),
            "ratio": round(statistics.median(m["images_per_second"] / p for m, p in zip(mine[form], peer[form])), 3),
            "agtrain_data_wait_share": round(median("data_wait_share"), 4),
            "agtrain_comm_wait_share": round(median("comm_wait_share"), 4),
        }

    return [{"case": case["name"], **result(form), "rounds": rounds} for form in FLAVOURS]


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        results = [row for case in CASES for row in measure(case, pathlib.Path(folder), rounds)]
    report = {
        "what": "training speed of agtrain and PyTorch DDP (gloo), 2 ranks, one thread a rank, fp32, channels-last; "
                "agtrain loads and flips JPEGs, PyTorch takes a batch that lies in memory",
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor()}, 2 cores",
        "results": results,
    }
    path = HERE.parent.parent / "docs/performance/train.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n")
    for result in results:
        print(f"{result['case']}, {result['padding']}'s padding: {result['ratio']:.2f} times PyTorch DDP")


if __name__ == "__main__":
    main()
