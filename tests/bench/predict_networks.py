"""The time of a network's answers: agpredict's predictor beside PyTorch and ONNX Runtime, on the same weights."""
import dataclasses
import pathlib
import statistics
import sys

from predict_worker import Worker
from train_process import Failed
from train_report import ROOT, machine

HERE = pathlib.Path(__file__).parent
BATCHES = (1, 32)
TARGET = 1.3
# A peer that is this much slower than the best one after the first round will not be the best after the last.
CLEARLY_BEHIND = 1.5
# How far apart answers may lie, years of age and probability.
TOLERANCE = {"years": 1e-3, "probability": 1e-3}
# bfloat16 has three digits, and its errors add up over some dozens of layers: the more, the further apart a network's ages lie.
TOLERANCE_BF16 = {"years": 1.5, "probability": 0.1}
SHARE_OF_SPREAD_BF16 = 1 / 6
MODES_BF16 = ("eager16", "compile16")
# By default glibc gives the memory of large tensors back to the system, and asks for it again in the next call.
KEPT_MEMORY = {"GLIBC_TUNABLES": "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=9223372036854775807"
                                 ":glibc.malloc.top_pad=67108864", "THP_MEM_ALLOC_ENABLE": "1"}
# A network that says the same of all faces agrees with any other.
LEAST_SPREAD = 0.1


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    worker: Worker
    question: dict      # more than a batch
    ours: bool = False
    bf16: bool = False  # what answers in bfloat16 has a ratio of its own


class Contenders:
    """All of one network and number of threads: their programs live until it is closed."""

    def __init__(self, material, net, threads, effort):
        self.workers, self.all = [], []
        checkpoint = material.checkpoint(net)
        plain, scaled = material.pictures(net)
        around_torch = {**KEPT_MEMORY, "OMP_NUM_THREADS": str(threads),
                        "TORCHINDUCTOR_CACHE_DIR": str(material.work / "inductor")}

        def ours(name, *more, **how):
            command = [ROOT / "build/bin/bench_predict", "network", checkpoint, plain, "--threads", threads, *more]
            self.all.append(Contender(name, self.start(command), {}, ours=True, **how))

        try:
            ours("agpredict")
            ours("agpredict --fold", "--fold")
            modes = effort.modes
            if machine()["avx512_bf16"]:
                ours("agpredict bf16", "--precision", "bf16", bf16=True)
                ours("agpredict --fold bf16", "--fold", "--precision", "bf16", bf16=True)
                modes += tuple(mode for mode in MODES_BF16 if mode.removesuffix("16") in modes)
            onnx = [sys.executable, HERE / "predict_onnx.py", material.exported(net, "onnx"), scaled, threads]
            self.all.append(Contender("ONNX Runtime", self.start(onnx), {}))
            torch = self.start([sys.executable, HERE / "predict_torch.py", material.exported(net, "safetensors"), scaled,
                                threads, net.model, net.width], around_torch) if modes else None
            self.all += [Contender(f"PyTorch {mode}", torch, {"mode": mode}, bf16=mode in MODES_BF16) for mode in modes]
        except BaseException:
            self.close()
            raise

    def start(self, command, environment=None):
        self.workers.append(Worker(command, environment))
        return self.workers[-1]

    def close(self):
        for worker in self.workers:
            worker.close()


def ask(contender, batch, **more):
    return contender.worker.ask({"batch": batch, **contender.question, **more})


def furthest(theirs, ours):
    return max(abs(a - b) for a, b in zip(theirs, ours, strict=True))


def tolerance(contender, kind, spread):
    if not contender.bf16:
        return TOLERANCE[kind]
    least = TOLERANCE_BF16[kind]
    return max(least, SHARE_OF_SPREAD_BF16 * spread) if kind == "years" else least


def check_agreement(net, threads, contenders):
    """Failed where one of them says something else than agpredict does without options."""
    batch = max(BATCHES)
    wanted = ask(contenders[0], batch)
    spread = max(wanted["age_years"]) - min(wanted["age_years"])
    if spread < LEAST_SPREAD:
        raise Failed(f"{net.what} tells ages that lie within {spread:.3f} years: to agree on that means nothing")
    found = {"network": net.name, "threads": threads, "spread_years": round(spread, 3), "years": {}, "probability": {}}
    for one in contenders[1:]:
        told = ask(one, batch)
        for kind, key in (("years", "age_years"), ("probability", "male")):
            found[kind][one.name] = float(f"{furthest(told[key], wanted[key]):.2g}")
            if found[kind][one.name] > tolerance(one, kind, spread):
                raise Failed(f"{net.what}: {one.name} and agpredict differ in {key} by {found[kind][one.name]}")
    return found


def bounds_of(contender, threads):
    """Multiplications and additions of a face, and how many of them the cores do in a second at most."""
    found = contender.worker.ask({"bounds": True})
    return {"operations": 2 * found["macs"], "operations_per_second": threads * found["operations_per_second"]}


def still_running(contenders, by_round):
    peers = [one for one in contenders if not one.ours]

    def near_the_best(one):
        like = [by_round[other.name][0] for other in peers if other.bf16 == one.bf16]
        return by_round[one.name][0] < CLEARLY_BEHIND * min(like)

    return [one for one in contenders if one.ours or near_the_best(one)]


def rounds_of(contenders, batch, effort, label):
    """Seconds of one call of each contender in each round that it took part in."""
    by_round = {one.name: [] for one in contenders}
    running = contenders
    for turn in range(effort.rounds):
        for one in running:
            seconds = ask(one, batch, seconds=effort.seconds, fewest=effort.fewest)["seconds"]
            by_round[one.name].append(seconds)
            print(f"[{label}; round {turn + 1} of {effort.rounds}] {one.name}: {1e3 * seconds / batch:.3f} ms a face",
                  flush=True)
        if turn == 0:
            running = still_running(running, by_round)
    return by_round


def compare(contenders, by_round):
    """The best of ours beside each peer."""
    def best(names):
        return min(names, key=lambda name: statistics.median(by_round[name]))

    ours = best([one.name for one in contenders if one.ours])
    peers = [one.name for one in contenders if not one.ours]
    peer = best(peers)
    ratios = {name: [theirs / mine for theirs, mine in zip(by_round[name], by_round[ours])] for name in peers}
    ratio = statistics.median(ratios[peer])
    return {
        "best_of_ours": ours, "best_peer": peer, "ratio": round(ratio, 3),
        "ratios": [round(one, 3) for one in ratios[peer]],
        "against": {name: round(statistics.median(each), 3) for name, each in ratios.items()},
        "target": TARGET, "reached": ratio >= TARGET,
    }


def row(net, threads, batch, contenders, by_round, bounds):
    in_float = compare([one for one in contenders if not one.bf16], by_round)
    bound = bounds["operations"] / bounds["operations_per_second"]

    def share(seconds):
        return round(bound * batch / seconds, 3)

    best_of_peer = statistics.median(by_round[in_float["best_peer"]])
    in_any = {"in_any_precision": compare(contenders, by_round)} if any(one.bf16 for one in contenders) else {}
    return {
        "network": net.name, "what": net.what, "threads": threads, "batch": batch,
        "ms_a_face": {name: round(1e3 * statistics.median(seconds) / batch, 4) for name, seconds in by_round.items()},
        **in_float, **in_any,
        # Of the operations that the cores could do in that time: ours, the best peer's, and what the target would take.
        "share_of_peak": {"ours": share(statistics.median(by_round[in_float["best_of_ours"]])), "best_peer": share(best_of_peer),
                          "target": share(best_of_peer / TARGET)},
    }


def measure(material, net, threads, effort):
    """A row a batch, and how far apart the answers are."""
    group = Contenders(material, net, threads, effort)
    try:
        agreement = check_agreement(net, threads, group.all)
        bounds = bounds_of(group.all[0], threads)
        rows = []
        for batch in BATCHES:
            label = f"{net.name}, {threads} cores, batch {batch}"
            by_round = rounds_of(group.all, batch, effort, label)
            rows.append(row(net, threads, batch, group.all, by_round, bounds))
        return rows, agreement
    finally:
        group.close()
