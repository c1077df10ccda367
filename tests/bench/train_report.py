"""What the training benchmark found: a row a case, train.json and the table train.md that is made from it."""
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
FLAGS = {"avx512f": "avx512f", "avx512_bf16": "avx512_bf16", "amx": "amx_tile"}
# Settings that make any of the programs faster or slower: told, as whoever exports them changes the figures.
TUNING = ["GLIBC_TUNABLES", "THP_MEM_ALLOC_ENABLE", "LD_PRELOAD", "TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA"]


def machine():
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    fields = {}
    for line in cpuinfo.read_text().splitlines() if cpuinfo.exists() else []:
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    flags = fields.get("flags", "").split()
    about = {"processor": fields.get("model name", platform.machine()), "cores": len(os.sched_getaffinity(0))}
    about.update({name: flag in flags for name, flag in FLAGS.items()})
    return about


def commit():
    done = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def medians(samples):
    """Of each figure over the rounds; what isn't a number is as it was in the last one."""
    figures = {}
    for key, value in samples[-1].items():
        plain = isinstance(value, (int, float))
        figures[key] = round(statistics.median(one[key] for one in samples), 4) if plain else value
    return figures


class Samples:
    """What each contender showed, by round."""

    def __init__(self):
        self.by_round = {}   # contender: {round: figures}
        self.failed = {}     # contender: why

    def add(self, contender, turn, figures):
        self.by_round.setdefault(contender, {})[turn] = figures

    def figures(self, contender):
        return medians(list(self.by_round[contender].values())) if contender in self.by_round else None

    def median(self, contender, kind):
        return statistics.median(one[kind.figure] for one in self.by_round[contender].values())

    def seen(self, contenders):
        return {name: one for name, one in contenders.items() if one in self.by_round}


def duel(samples, kind, ours, contenders, target):
    """Ours against the best of these: the modes' figures, the best mode, and the median of the rounds' ratios."""
    seen = samples.seen(contenders)
    if not seen or ours not in samples.by_round:
        return None
    modes = {name: samples.median(one, kind) for name, one in seen.items()}
    best = kind.best(modes)
    mine, theirs = samples.by_round[ours], samples.by_round[seen[best]]
    ratios = [kind.ratio(mine[turn][kind.figure], theirs[turn][kind.figure]) for turn in sorted(mine.keys() & theirs.keys())]
    ratio = statistics.median(ratios)
    more = {key: value for key, value in samples.figures(seen[best]).items() if key in ("layout", "workers", "note")}
    return {
        "modes": {name: round(value, 1) for name, value in modes.items()}, "best": best, **more,
        "ratio": round(ratio, 3), "ratios": [round(one, 3) for one in ratios],
        "target": target, "reached": kind.reached(ratio, target),
    }


def row(case, entrants, samples):
    kind = entrants.kind
    skipped = {str(one): samples.failed[one] for one in entrants.all() if one in samples.failed}
    pytorch = duel(samples, kind, entrants.ours, entrants.pytorch, case["target"])
    found = {
        "case": case["name"], "what": case["what"], "kind": case["kind"], "unit": kind.unit, "figure": kind.figure,
        "padding": "keras" if case["form"] == "same" else "timm",
        "rounds": len(samples.by_round[entrants.ours]),
        "date": datetime.date.today().isoformat(), "commit": commit(),
        "agtrain": samples.figures(entrants.ours),
        "pytorch": pytorch,
        "ratio": pytorch and pytorch["ratio"], "target": case["target"], "reached": pytorch and pytorch["reached"],
    }
    if case.get("keras_target"):
        found["agtrain_in_keras_form"] = entrants.ours_for_keras and samples.figures(entrants.ours_for_keras)
        found["keras"] = duel(samples, kind, entrants.ours_for_keras, entrants.keras, case["keras_target"])
        found["keras_target"] = case["keras_target"]
    if skipped:
        found["not_measured"] = skipped
    return found


def load(folder):
    """The report that is there, or an empty one; rows of an older form of this file are left behind."""
    path = folder / "train.json"
    old = json.loads(path.read_text()) if path.exists() else {}
    rows = {one["case"]: one for one in old.get("results", []) if "kind" in one}
    return {"machine": old.get("machine"), "versions": old.get("versions", {}), "rows": rows}


def save(folder, about, versions, rows):
    """`rows` in the order of the cases."""
    report = {
        "what": "agtrain beside PyTorch DDP (gloo) and Keras, each in the best of its modes, by tests/bench/train.sh",
        "date": datetime.date.today().isoformat(), "machine": about, "versions": versions,
        "tuning": {name: os.environ[name] for name in TUNING if name in os.environ}, "results": rows,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("train.json", json.dumps(report, indent=2) + "\n"), ("train.md", markdown(report))):
        fresh = folder / f".{name}.new"
        fresh.write_text(text)
        fresh.replace(folder / name)


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def verdict(found, kind):
    sign = "≤" if kind == "memory" else "≥"
    return f"{found['ratio']:.2f}", f"{sign} {found['target']:g}", "yes" if found["reached"] else "no"


def table_line(one):
    def cells(side, found):
        if side is None or found is None:
            return ["", "not measured", "", "", ""]
        best = f"{number(found['modes'][found['best']])} ({found['best']})"
        return [number(side[one["figure"]]), best, *verdict(found, one["kind"])]

    parts = [f"{one['what']}, {one['unit']}", *cells(one["agtrain"], one["pytorch"])]
    parts += cells(one["agtrain_in_keras_form"], one["keras"]) if "keras_target" in one else [""] * 5
    return f"| {' | '.join(parts)} |"


def mode_lines(one):
    for peer in ("pytorch", "keras"):
        found = one.get(peer)
        if found:
            yield f"| {one['what']}, {one['unit']} | {'PyTorch' if peer == 'pytorch' else 'Keras'} | " + " | ".join(
                [", ".join(f"{mode} {number(value)}" for mode, value in found["modes"].items()),
                 ", ".join(f"{ratio:.2f}" for ratio in found["ratios"]), one["date"]]) + " |"
    for who, why in one.get("not_measured", {}).items():
        yield f"| {one['what']}, {one['unit']} | {who} | not measured: {why.replace('|', '/')} | | {one['date']} |"


INTRODUCTION = """# How fast agtrain is beside PyTorch and Keras

Made by `tests/bench/train.sh` from [train.json](train.json): run it again to measure again, on a machine that does nothing else.

Two ranks of one thread each, the same network and as many pictures a rank, in turn with the peers; a ratio is the median of
the rounds' own ratios. agtrain decodes and flips JPEGs meanwhile, the peers take a batch that lies in memory.
PyTorch is DDP over gloo, channels-last, in the best of fp32, bf16 (autocast), compile32 (`torch.compile`) and compile16 (both).
Keras is one process of two threads with both ranks' pictures, in the best of fp32, bf16 (mixed_bfloat16), jit32 and jit16 (XLA).
Against PyTorch agtrain has the padding that the row names, timm's where it names none, and against Keras Keras's.
"""

NOTES = """
- Memory is the peak of one rank's resident memory in training; a row's ratio is our share of the peer's. Keras is one process
  of one thread with one rank's pictures.
- An epoch is the training pictures of real faces, once, from JPEG to the last update. The DataLoader has the best of 0, 1 and 2
  workers a rank, and its files lie in memory. agtrain's is its first epoch; from the second on it has the pictures decoded.
- Validation is agtrain's from the second epoch on. PyTorch has the better of two processes and of one with two threads.
- A peer's mode that is far behind in the first round isn't run again, nor any for its memory, which hardly changes.
- A mode that stands nowhere under "Every mode" wasn't run (`--modes`): Keras's by XLA take many times as long as its others, and so
  does a step of PyTorch or Keras in bfloat16 on a processor that doesn't multiply it.
"""


def markdown(report):
    about, versions = report["machine"], report["versions"]
    flags = ", ".join(f"{'' if about[name] else 'no '}{name}" for name in FLAGS)
    lines = [
        INTRODUCTION,
        f"{about['processor']}, {about['cores']} cores, {flags}. "
        + ", ".join(f"{name} {version}" for name, version in versions.items()) + f". {report['date']}.", "",
        "| | agtrain | best PyTorch | ratio | target | reached | agtrain, Keras's form | best Keras | ratio | target | reached |",
        "| --- " + "| ---: " * 4 + "| --- " + "| ---: " * 4 + "| --- |",
        *map(table_line, report["results"]), NOTES,
        "## Every mode", "", "| | peer | medians | ratio in each round | measured |", "| --- | --- | --- | --- | --- |",
        *(line for one in report["results"] for line in mode_lines(one)),
    ]
    return "\n".join(lines) + "\n"


def closing_line(one):
    def part(peer, found):
        if found is None:
            return f"{peer} not measured"
        ratio, target, reached = verdict(found, one["kind"])
        return f"{peer} {found['best']} {ratio} ({target}: {reached})"

    parts = [part("PyTorch", one["pytorch"])] + ([part("Keras", one["keras"])] if "keras_target" in one else [])
    return f"{one['case']:>16}  {'   '.join(parts)}"
