"""Runs agtrain, PyTorch and Keras in turn and writes docs/performance/train.json and train.md: see train.sh."""
import argparse
import pathlib
import sys
import tempfile
import time

import train_report
from train_agtrain import real_faces
from train_contend import KINDS, Entrants, Peers, measure
from train_process import Failed

V1 = {"model": "mobilenet_v1", "width": 1.0, "form": "timm"}
V1_224 = {**V1, "size": 224, "batch": 16, "steps": 12}
V1_128 = {**V1, "size": 128, "batch": 32, "steps": 15}
V1_64 = {**V1, "size": 64, "batch": 64, "steps": 30}
V1_SMALL = {**V1, "width": 0.25, "size": 64, "batch": 64, "steps": 60}
V2_128 = {**V1_128, "model": "mobilenet_v2"}
V3_128 = {**V1_128, "model": "mobilenet_v3_large"}
# Pictures a rank, and how many rounds of that make a validation.
INFER_224 = {**V1, "size": 224, "batch": 64, "steps": 8}
INFER_64 = {**V1, "size": 64, "batch": 64, "steps": 30}

# `target` is against PyTorch's best mode, `keras_target` against Keras's: how many times better, and for memory which share.
CASES = [
    {"name": "v1-224", "kind": "training", **V1_224, "target": 1.8, "keras_target": 3.5,
     "what": "V1 1.0, 224 px, batch 16 a rank"},
    {"name": "v1-128", "kind": "training", **V1_128, "target": 2.0, "keras_target": 3.5,
     "what": "V1 1.0, 128 px, batch 32 a rank"},
    {"name": "v1-64", "kind": "training", **V1_64, "target": 2.0, "keras_target": 3.5,
     "what": "V1 1.0, 64 px, batch 64 a rank"},
    {"name": "v1-0.25-64", "kind": "training", **V1_SMALL, "target": 2.2, "keras_target": 3.5,
     "what": "V1 0.25, 64 px, batch 64 a rank"},
    {"name": "v2-128", "kind": "training", **V2_128, "target": 1.6, "keras_target": 3,
     "what": "V2 1.0, 128 px, batch 32 a rank"},
    {"name": "v3-128", "kind": "training", **V3_128, "target": 1.6, "keras_target": 3,
     "what": "V3 large, 128 px, batch 32 a rank"},
    {"name": "fp32-224", "kind": "training", **V1_224, "fp32": True, "target": 1.3, "keras_target": 1.8,
     "what": "fp32 alone: V1 1.0, 224 px, batch 16 a rank"},
    {"name": "fp32-64", "kind": "training", **V1_64, "fp32": True, "target": 1.3, "keras_target": 1.8,
     "what": "fp32 alone: V1 1.0, 64 px, batch 64 a rank"},
    {"name": "fp32-224-same", "kind": "training", **V1_224, "form": "same", "fp32": True, "target": 1.3,
     "what": "fp32 alone, Keras's padding: V1 1.0, 224 px, batch 16 a rank"},
    {"name": "fp32-64-same", "kind": "training", **V1_64, "form": "same", "fp32": True, "target": 1.3,
     "what": "fp32 alone, Keras's padding: V1 1.0, 64 px, batch 64 a rank"},
    {"name": "memory-224", "kind": "memory", **V1_224, "target": 0.6, "keras_target": 0.5,
     "what": "Peak memory a rank: V1 1.0, 224 px, batch 16 a rank"},
    {"name": "epoch-64", "kind": "epoch", **V1_64, "target": 1.8,
     "what": "Whole epoch of real JPEGs: V1 1.0, 64 px, batch 64 a rank"},
    {"name": "validation-224", "kind": "validation", **INFER_224, "target": 1.8, "keras_target": 2,
     "what": "Validation: V1 1.0, 224 px, batch 64"},
    {"name": "validation-64", "kind": "validation", **INFER_64, "target": 1.8, "keras_target": 2,
     "what": "Validation: V1 1.0, 64 px, batch 64"},
]
# A mode that is this much worse than its best sister after the first round will not be the best after the last.
CLEARLY_BEHIND = 1.5


def groups(cases):
    """Cases of one network and size, which share their contenders: so each runs once a round, near the ones it meets."""
    found = {}
    for case in cases:
        key = (KINDS[case["kind"]].measure, *(case[part] for part in ("model", "width", "size", "batch")))
        found.setdefault(key, []).append(case)
    return list(found.values())


def near_the_best(modes, kind, samples):
    """Of a peer's modes those that may yet be its best."""
    seen = samples.seen(modes)
    figures = {name: samples.median(one, kind) for name, one in seen.items()}
    best = figures[kind.best(figures)] if figures else None
    return [seen[name] for name, figure in figures.items() if max(figure / best, best / figure) < CLEARLY_BEHIND]


def still_running(entrants, samples):
    """Who takes part in the next round. What memory a peer needs doesn't change by the round."""
    left = set()
    for one in entrants:
        left.update(mine for mine in (one.ours, one.ours_for_keras) if mine)
        if one.kind.figure != "peak_mib":
            left.update(near_the_best(one.pytorch, one.kind, samples), near_the_best(one.keras, one.kind, samples))
    return left


def has_opponent(contender, entrants, samples):
    """Whether a case that it belongs to still has agtrain in it."""
    return any(contender in one.all() and one.ours not in samples.failed for one in entrants)


def tell(label, contender, figures, seconds):
    shown = ", ".join(f"{key} {value:.4g}" for key, value in figures.items() if isinstance(value, (int, float)))
    print(f"[{label}] {contender}: {shown} ({seconds:.0f} s)", flush=True)


def measure_group(work, cases, entrants, peers, rounds):
    """Runs all contenders of these cases once a round, in turn."""
    samples = train_report.Samples()
    running = list(dict.fromkeys(contender for one in entrants for contender in one.all()))
    names = ", ".join(case["name"] for case in cases)
    for turn in range(rounds):
        for place, contender in enumerate(running):
            if contender.who != "agtrain" and not has_opponent(contender, entrants, samples):
                continue
            label = f"{names}; round {turn + 1} of {rounds}, {place + 1} of {len(running)}"
            start = time.monotonic()
            try:
                figures = measure(work, contender, peers)
                samples.add(contender, turn, figures)
                tell(label, contender, figures, time.monotonic() - start)
            except Failed as problem:
                samples.failed[contender] = str(problem)
                print(f"[{label}] {contender}: not measured: {problem}", flush=True)
        left = still_running(entrants, samples)
        running = [one for one in running if one in left and one not in samples.failed]
    return samples


def split(names):
    return [name for name in names.split(",") if name]


def chosen(names):
    known = [case["name"] for case in CASES]
    wrong = [name for name in names if name not in known]
    if wrong:
        sys.exit(f"train.sh: no such case: {', '.join(wrong)}; there are {', '.join(known)}")
    return [case for case in CASES if not names or case["name"] in names]


def kept_rows(folder, about, cases):
    """What is in the file for the other cases. Two machines' figures don't belong into one table."""
    old = train_report.load(folder)
    measured = {case["name"] for case in cases}
    rows = {name: one for name, one in old["rows"].items() if name not in measured}
    if rows and len(cases) < len(CASES) and old["machine"] != about:
        sys.exit(f"train.sh: {folder / 'train.json'} was measured on another machine ({old['machine']}): "
                 "measure all cases, or name another folder by --out")
    return old["rows"] if old["machine"] == about else {}, old["versions"]


def options():
    parser = argparse.ArgumentParser(prog="train.sh", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="times that everything is run, in turn (3)")
    parser.add_argument("--cases", default="", metavar="NAME,...", help="these alone; the others' results are kept")
    parser.add_argument("--modes", default="", metavar="NAME,...",
                        help="of the peers' modes these alone: where a processor doesn't multiply bfloat16, its modes take hours")
    parser.add_argument("--list", action="store_true", help="prints the cases")
    parser.add_argument("--out", type=pathlib.Path, default=train_report.ROOT / "docs/performance", help="folder")
    parser.add_argument("--steps", type=int, help="at most so many steps: to try this script, not to measure")
    return parser.parse_args()


def without_missing(cases):
    """Those whose data is here."""
    left = [case for case in cases if case["kind"] != "epoch" or real_faces() is not None]
    for case in cases:
        if case not in left:
            print(f"{case['name']} is skipped: no real faces here; AG_REAL_DATA names the folder above faces/", flush=True)
    return left


def measure_all(cases, peers, modes, rounds):
    """Yields the rows of each group of cases when it is measured: of a case without agtrain's figures, none."""
    with tempfile.TemporaryDirectory() as work:
        for together in groups(cases):
            entrants = [Entrants(case, peers, modes) for case in together]
            samples = measure_group(pathlib.Path(work), together, entrants, peers, rounds)
            found = {}
            for case, one in zip(together, entrants):
                if one.ours in samples.by_round:
                    found[case["name"]] = train_report.row(case, one, samples)
                else:
                    print(f"{case['name']} failed: {samples.failed[one.ours]}", flush=True)
            yield found


def main():
    told = options()
    cases = chosen(split(told.cases))
    if told.list:
        for case in cases:
            print(f"{case['name']:>16}  {case['what']}")
        return
    about = train_report.machine()
    rows, versions = kept_rows(told.out, about, cases)
    peers = Peers()
    for peer, why in peers.missing.items():
        print(f"{peer} is left out: {why}", flush=True)
    cases = without_missing(cases)
    if told.steps:
        cases = [{**case, "steps": min(case["steps"], told.steps)} for case in cases]

    measured = {}
    for found in measure_all(cases, peers, split(told.modes), told.rounds):
        measured.update(found)
        rows.update(found)
        if found:  # after each group: the next may take half an hour, and somebody may stop it
            in_order = [rows[case["name"]] for case in CASES if case["name"] in rows]
            train_report.save(told.out, about, {**versions, **peers.versions}, in_order)
    if measured:
        print(f"\nwritten to {told.out / 'train.json'} and train.md: ratios, targets and whether they are reached")
    for one in measured.values():
        print(train_report.closing_line(one))
    sys.exit(0 if len(measured) == len(cases) else 1)


if __name__ == "__main__":
    main()
