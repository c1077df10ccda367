"""Runs agpredict's parts and their peers in turn and writes docs/performance/predict.json and predict.md: see predict.sh."""
import argparse
import dataclasses
import datetime
import importlib.metadata
import itertools
import json
import os
import pathlib
import sys

import predict_faces
import predict_networks
import predict_photos
import predict_report
from predict_material import NETWORKS, Material
from train_process import Failed
from train_report import ROOT, TUNING, commit, machine

FORM = 2  # of predict.json: what is there in another form is measured anew
PACKAGES = ["torch", "timm", "onnxruntime", "dlib-bin"]


@dataclasses.dataclass(frozen=True)
class Effort:
    rounds: int
    seconds: float       # of one contender in one round of a case
    fewest: int          # calls in that
    face_rounds: int
    photos: int
    photo_rounds: int    # of a minute or two each
    modes: tuple         # of PyTorch


FULL = Effort(5, 0.6, 2, 3, 220, 1, ("eager", "script", "compile"))
QUICK = Effort(1, 0.2, 1, 1, 11, 1, ("eager", "script"))


def split(names):
    return [name for name in names.split(",") if name]


def options():
    parser = argparse.ArgumentParser(prog="predict.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes: to see that all works, not to measure")
    parser.add_argument("--rounds", type=int, help="times that all is run, in turn (networks "
                        f"{FULL.rounds}, faces {FULL.face_rounds}, photos {FULL.photo_rounds})")
    parser.add_argument("--parts", type=split, default=list(PARTS), metavar="NAME,...", help=", ".join(PARTS))
    parser.add_argument("--networks", type=split, default=[], metavar="NAME,...",
                        help=f"these alone: {', '.join(net.name for net in NETWORKS)}")
    parser.add_argument("--modes", type=split, metavar="NAME,...", help="of PyTorch's modes these alone")
    parser.add_argument("--out", type=pathlib.Path, help="folder; docs/performance, with --quick that of --work")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/predict", help="what is made once stays there")
    return parser.parse_args()


def effort_of(told):
    effort = QUICK if told.quick else FULL
    if told.modes is not None:
        effort = dataclasses.replace(effort, modes=tuple(told.modes))
    if told.rounds:
        effort = dataclasses.replace(effort, rounds=told.rounds, face_rounds=told.rounds, photo_rounds=told.rounds)
    return effort


def chosen_networks(names):
    known = {net.name: net for net in NETWORKS}
    wrong = [name for name in names if name not in known]
    if wrong:
        sys.exit(f"predict.sh: no such network: {', '.join(wrong)}; there are {', '.join(known)}")
    return [net for net in NETWORKS if not names or net.name in names]


def measure_networks(material, effort, told):
    rows, agreement = [], []
    for net, threads in itertools.product(chosen_networks(told.networks), (1, 2)):
        found, agreed = predict_networks.measure(material, net, threads, effort)
        rows += found
        agreement.append(agreed)
    return {"networks": rows, "agreement": agreement}


def measure_faces(material, effort, told):
    return {"faces": predict_faces.measure(effort)}


def measure_photos(material, effort, told):
    return {"photos": predict_photos.measure(material, NETWORKS[0], effort)}


PARTS = {"networks": measure_networks, "faces": measure_faces, "photos": measure_photos}


def kept_parts(path, about):
    """What is in the file. Two machines' figures don't belong into one page."""
    old = json.loads(path.read_text()) if path.exists() else {}
    return old if (old.get("machine"), old.get("form")) == (about, FORM) else {}


def main():
    told = options()
    folder = told.out or (told.work if told.quick else ROOT / "docs/performance")
    path = folder / "predict.json"
    about = machine()
    report = kept_parts(path, about)
    report |= {
        "form": FORM,
        "what": "agpredict's parts beside PyTorch, ONNX Runtime and dlib's Python, by tests/bench/predict.sh",
        "date": datetime.date.today().isoformat(), "commit": commit(), "machine": about,
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "tuning": {name: os.environ[name] for name in TUNING if name in os.environ},
    }
    material = Material(told.work.resolve())
    failed = []
    for part in told.parts:
        try:
            report |= PARTS[part](material, effort_of(told), told)
        except Failed as problem:
            failed.append(part)
            print(f"{part}: not measured: {problem}", flush=True)
            continue
        predict_report.save(folder, report)  # after each part: the next takes minutes, and somebody may stop it
    if len(failed) < len(told.parts):
        print(f"written to {path} and predict.md")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
