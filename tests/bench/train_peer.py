"""One measurement of PyTorch: a MobileNet with agtrain's head, on random pictures that lie in memory.

usage: train_peer.py train MODE [--model M --width W --size PX --batch A_RANK --steps N --form same|timm]
       train_peer.py infer MODE [the same]
       train_peer.py versions
MODE: fp32, bf16 (autocast), compile32 (torch.compile), compile16 (both). Prints one line of JSON.

`train` is DDP over gloo: two ranks with a thread each; its images/s are over both at the median step, its peak is a rank's.
`infer` is a forward in two processes of one thread and in one of two; the better one is told.

`same` is the network that agtrain trains: Keras's, which pads stride-2 convolutions at the bottom and right alone.
`timm` is timm's as it comes, which pads all sides and so saves a copy.
"""
import argparse
import json
import os
import resource
import tempfile

import timm
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from timm.models.efficientnet import _gen_mobilenet_v1
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from train_timing import median_seconds

RANKS = 2
AGES, LOGITS, HIDDEN = 101, 103, 1024
MODES = {  # name: (bf16 autocast, torch.compile)
    "fp32": (False, False),
    "bf16": (True, False),
    "compile32": (False, True),
    "compile16": (True, True),
}
TIMM_NAMES = {"mobilenet_v2": "mobilenetv2_100", "mobilenet_v3_large": "mobilenetv3_large_100"}


def pad_as_keras(module):
    for name, child in module.named_children():
        if isinstance(child, torch.nn.Conv2d) and child.stride == (2, 2):
            child.padding = (0, 0)
            setattr(module, name, torch.nn.Sequential(torch.nn.ZeroPad2d((0, 1, 0, 1)), child))
        else:
            pad_as_keras(child)
        if isinstance(child, torch.nn.BatchNorm2d):
            child.eps = 1e-3


def make_trunk(model, width):
    """timm's network up to the pooled features, and how many these are."""
    if model == "mobilenet_v1":
        body = _gen_mobilenet_v1("mobilenetv1_100", width, num_classes=0)
        return body, body.num_features
    if width != 1:
        raise ValueError(f"{model} is measured at width 1 alone")
    body = timm.create_model(TIMM_NAMES[model], num_classes=0)
    if model == "mobilenet_v3_large":
        # timm's own wide layer after the pool: agtrain's head stands in its place.
        body.conv_head, body.norm_head, body.act2 = (torch.nn.Identity() for _ in range(3))
    return body, body.num_features


def make_network(form, model="mobilenet_v1", width=1.0):
    body, features = make_trunk(model, width)
    if form == "same":
        if model != "mobilenet_v1":
            raise ValueError(f"Keras's padding of {model} isn't written here")
        pad_as_keras(body)
    head = torch.nn.Sequential(
        torch.nn.Dropout(0.5), torch.nn.Linear(features, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, LOGITS)
    )
    return torch.nn.Sequential(body, head).to(memory_format=torch.channels_last).train()


class Trainer:
    """A rank's network, its optimizer and a step, in one of the modes. The process group is there already."""

    def __init__(self, job):
        bf16, compiled = MODES[job["mode"]]
        self.autocast = lambda: torch.autocast("cpu", torch.bfloat16, enabled=bf16)
        torch.manual_seed(0)
        # Each rank keeps its own running statistics, as agtrain does while it trains: sending them buys nothing.
        network = DistributedDataParallel(
            make_network(job["form"], job["model"], job["width"]), gradient_as_bucket_view=True, broadcast_buffers=False
        )
        self.optimizer = torch.optim.SGD(
            network.parameters(), 0.01, momentum=0.9, weight_decay=1e-4, nesterov=True, fused=True
        )
        # Static shapes: an epoch's last batch is shorter, and one graph for all sizes would be slower at each.
        self.network = torch.compile(network, dynamic=False) if compiled else network

    def step(self, pictures, age, gender):
        with self.autocast():
            logits = self.network(pictures)
        logits = logits.float()
        loss = cross_entropy(logits[:, :AGES], age) + cross_entropy(logits[:, AGES:], gender)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


def random_batch(batch, size):
    pictures = torch.randn(batch, 3, size, size).contiguous(memory_format=torch.channels_last)
    return pictures, torch.randint(0, AGES, (batch,)), torch.randint(0, 2, (batch,))


def first_rank_decides(numbers):
    numbers = torch.tensor(numbers)
    dist.broadcast(numbers, 0)
    return numbers.tolist()


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def train_on_rank(job):
    trainer = Trainer(job)
    batch = random_batch(job["batch"], job["size"])
    seconds = median_seconds(lambda: trainer.step(*batch), job["steps"], first_rank_decides)
    return {"images_per_second": job["batch"] * RANKS / seconds, "peak_mib": peak_mib()}


def infer_on_rank(job):
    bf16, compiled = MODES[job["mode"]]
    network = make_network(job["form"], job["model"], job["width"]).eval()
    if compiled:
        network = torch.compile(network)
    pictures = random_batch(job["batch"], job["size"])[0]

    @torch.inference_mode()
    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            network(pictures)

    dist.barrier()
    seconds = median_seconds(step, job["steps"], first_rank_decides)
    return {"images_per_second": job["batch"] / seconds, "peak_mib": peak_mib()}


def enter_rank(rank, ranks, threads, store, results, work, job):
    torch.set_num_threads(threads)
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=ranks)
    results.put((rank, work(job)))
    dist.barrier()
    dist.destroy_process_group()


def on_ranks(work, job, ranks=RANKS, threads=1):
    """What `work(job)` returns on each rank, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        results = mp.get_context("spawn").SimpleQueue()
        mp.spawn(enter_rank, (ranks, threads, f"{folder}/store", results, work, job), ranks)
        return [result for _, result in sorted((results.get() for _ in range(ranks)), key=lambda pair: pair[0])]


def measure_inference(job):
    apart = on_ranks(infer_on_rank, job)
    together = on_ranks(infer_on_rank, job, ranks=1, threads=RANKS)
    layouts = {
        f"{RANKS} processes": {**apart[0], "images_per_second": sum(one["images_per_second"] for one in apart)},
        f"{RANKS} threads": together[0],
    }
    best = max(layouts, key=lambda name: layouts[name]["images_per_second"])
    return {**layouts[best], "layout": best}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "infer", "versions"])
    parser.add_argument("mode", nargs="?", choices=MODES, default="fp32")
    parser.add_argument("--model", choices=["mobilenet_v1", *TIMM_NAMES], default="mobilenet_v1")
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--form", choices=["same", "timm"], default="timm")
    job = vars(parser.parse_args())
    if job["what"] == "versions":
        print(json.dumps({"torch": torch.__version__, "timm": timm.__version__}))
    elif job["what"] == "train":
        print(json.dumps(on_ranks(train_on_rank, job)[0]))
    else:
        print(json.dumps(measure_inference(job)))


if __name__ == "__main__":
    main()
