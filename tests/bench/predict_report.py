"""What the prediction benchmark found, and the page predict.md that is made from it."""
import json

from train_report import FLAGS

PEERS = ["ONNX Runtime", "PyTorch eager", "PyTorch script", "PyTorch compile"]
OURS = ["agpredict", "agpredict --fold"]

INTRODUCTION = """# How fast agpredict is

Made by `tests/bench/predict.sh` from [predict.json](predict.json): run it again to measure again, on a machine that does nothing else.
"""

NETWORKS = """## The network

Milliseconds a face, from prepared pictures in memory to ages and probabilities, in float. agpredict's predictor and its peers
have the same weights, as `agtrain export` wrote them, and run in turn; a ratio is the median of the rounds' own ratios of
the best peer's time to the better of ours. A peer that is far behind in the first round isn't run again.

- ONNX Runtime: all graph optimisations, the arena, the batch a constant of the graph.
- PyTorch: timm's network in channels-last under inference_mode, its BatchNorms folded: as it is (eager); traced, frozen and
  optimised for inference (script); by inductor with freezing (compile). Its malloc keeps what is freed, which nearly halves its
  time for 32 faces. `max-autotune` is left out: on a CPU it chooses among kernels
  for the three dense layers alone, and takes a minute for each case.
"""

PEAK = """The share that is reached of the multiplications and additions that the cores could do in that time, measured by the
kernels' own matrix product on numbers that lie in the first-level cache. Where what was asked takes more than all, no program could
do it that computes the same in float; and the depthwise convolutions, which wait for memory, and at batch 1 the weights, which come
from beyond the caches, keep every program well below.
"""

ANY_PRECISION = """### In whichever precision is faster

This processor multiplies bfloat16 (AVX-512 BF16), which agtrain trains in there by default and agpredict answers in; of the peers
PyTorch has it (weights and features in bfloat16: eager16, compile16), ONNX Runtime doesn't on CPUs.
"""

FACES = """## Finding faces

The same algorithm and the same faces as dlib's own Python, on one core; the time of the decoded photo alone.
"""

PHOTOS = """## Whole photos

From the start of the program to its end, reading and decoding, search (photos of up to 2 megapixels enlarged once), 68 landmarks,
crops and network included; with copies, each photo is also drawn on and written as a JPEG.
"""


def save(folder, report):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("predict.json", json.dumps(report, indent=2) + "\n"), ("predict.md", page(report))):
        fresh = folder / f".{name}.new"
        fresh.write_text(text)
        fresh.replace(folder / name)


def number(value):
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def network_line(one):
    ours = [number(one["ms_a_face"][name]) for name in OURS]
    peers = [number(one["ms_a_face"][name]) if name in one["ms_a_face"] else "" for name in PEERS]
    cells = [one["what"], str(one["threads"]), str(one["batch"]), *ours, *peers, f"{one['ratio']:.2f} ({one['best_peer']})",
             f"≥ {one['target']:g}", "yes" if one["reached"] else "no"]
    return f"| {' | '.join(cells)} |"


def round_line(one):
    against = ", ".join(f"{name} {ratio:.2f}" for name, ratio in one["against"].items())
    ratios = ", ".join(f"{ratio:.2f}" for ratio in one["ratios"])
    return f"| {one['what']} | {one['threads']} | {one['batch']} | {one['best_of_ours']} | {against} | {ratios} |"


def peak_line(one):
    shares = [f"{100 * one['share_of_peak'][who]:.0f}%" for who in ("ours", "best_peer", "target")]
    return f"| {one['what']} | {one['threads']} | {one['batch']} | {' | '.join(shares)} |"


def furthest(agreement, kind, bf16):
    return max((value for one in agreement for name, value in one[kind].items() if name.endswith("16") == bf16), default=0)


def agreement_line(agreement):
    years, probability = (furthest(agreement, kind, bf16=False) for kind in ("years", "probability"))
    spreads = ", ".join(f"{spread:.1f}" for spread in dict.fromkeys(one["spread_years"] for one in agreement))
    return (f"On 32 pictures, whose ages each network spreads over {spreads} years, the peers' answers lie within {years:.1g} years\n"
            f"and {probability:.1g} of probability of ours (asked: 0.001).")


def any_precision_lines(rows, agreement):
    """Where the processor multiplies bfloat16: all beside each other, each side in whichever precision is the faster."""
    rows = [one for one in rows if "in_any_precision" in one]
    if not rows:
        return []
    years, probability = (furthest(agreement, kind, bf16=True) for kind in ("years", "probability"))
    reached = sum(one["in_any_precision"]["reached"] for one in rows)
    lines = [ANY_PRECISION, f"In bfloat16 all answer within {years:.1g} years and {probability:.1g} of probability of ours in float.", "",
             "| | cores | batch | best of ours, ms | best peer, ms | ratio | in each round | asked | reached |",
             "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | --- |"]
    for one in rows:
        found = one["in_any_precision"]
        cells = [f"{number(one['ms_a_face'][found[who]])} ({found[who]})" for who in ("best_of_ours", "best_peer")]
        ratios = ", ".join(f"{ratio:.2f}" for ratio in found["ratios"])
        lines.append(f"| {one['what']} | {one['threads']} | {one['batch']} | {' | '.join(cells)} | {found['ratio']:.2f} | "
                     f"{ratios} | ≥ {found['target']:g} | {'yes' if found['reached'] else 'no'} |")
    return [*lines, "", f"Measured: reached in {reached} of {len(rows)}.", ""]


def network_lines(rows, agreement):
    reached = sum(one["reached"] for one in rows)
    return [
        NETWORKS, agreement_line(agreement), "",
        f"| | cores | batch | {' | '.join(OURS + PEERS)} | ratio (best peer) | asked | reached |",
        "| --- " + "| ---: " * (2 + len(OURS) + len(PEERS)) + "| ---: | ---: | --- |",
        *map(network_line, rows), "",
        f"Asked: 1.3 times as fast as the best peer in each case. Measured: reached in {reached} of {len(rows)}.", "",
        *any_precision_lines(rows, agreement),
        "### Of what the cores could do", "", PEAK,
        "| | cores | batch | the better of ours | best peer | what was asked |",
        "| --- | ---: | ---: | ---: | ---: | ---: |", *map(peak_line, rows), "",
        "### Against each peer", "",
        "| | cores | batch | the better of ours | times as fast as | against the best, in each round |",
        "| --- | ---: | ---: | --- | --- | --- |", *map(round_line, rows), "",
    ]


def face_lines(rows):
    lines = [FACES, "| | photos | faces | ours, ms | dlib's Python, ms | ratio | in each round |",
             "| --- | ---: | ---: | ---: | ---: | ---: | --- |"]
    for key, what in (("detector_a_photo", "detector, a photo"), ("landmarks_a_face", "68 landmarks, a face")):
        for one in rows:
            found = one[key]
            ratios = ", ".join(f"{ratio:.2f}" for ratio in found["ratios"])
            lines.append(f"| {what}, photo enlarged {one['upsampling']} times | {one['photos']} | {one['faces']} | "
                         f"{number(found['ours_ms'])} | {number(found['dlib_ms'])} | {found['ratio']:.2f} | {ratios} |")
    return [*lines, ""]


def photo_lines(rows):
    first = rows[0]
    lines = [PHOTOS, f"{first['photos']} photos with {first['faces']} faces, --fold; and the first of them alone:", "",
             "| threads | copies | photos/s | in each round | one photo, s |", "| ---: | --- | ---: | --- | ---: |"]
    for one in rows:
        lines.append(f"| {one['threads']} | {'yes' if one['out'] else 'no'} | {one['photos_per_second']:.1f} | "
                     f"{', '.join(f'{each:.1f}' for each in one['rounds'])} | {one['one_photo_seconds']:.2f} |")
    return [*lines, ""]


def page(report):
    about, versions = report["machine"], report["versions"]
    flags = ", ".join(f"{'' if about[name] else 'no '}{name}" for name in FLAGS)
    lines = [INTRODUCTION, f"{about['processor']}, {about['cores']} cores, {flags}. "
             + ", ".join(f"{name} {version}" for name, version in versions.items()) + f". {report['date']}.", ""]
    if "networks" in report:
        lines += network_lines(report["networks"], report["agreement"])
    if "faces" in report:
        lines += face_lines(report["faces"])
    if "photos" in report:
        lines += photo_lines(report["photos"])
    return "\n".join(lines).rstrip() + "\n"
