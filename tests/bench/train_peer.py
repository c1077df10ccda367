"""One measurement of PyTorch DDP: MobileNet V1 with agtrain's head, on random pictures that lie in memory.

usage: train_peer.py SIZE BATCH_A_RANK STEPS same|timm     prints the images/s over all ranks at the median step

`same` is the network that agtrain trains: Keras's, which pads stride-2 convolutions at the bottom and right alone.
`timm` is timm's mobilenetv1_100 as it comes, which pads all sides and so saves a copy.
"""
import os
import statistics
import sys
import time

import timm
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

RANKS = 2
WARM_UP = 4


def pad_as_keras(module):
    for name, child in module.named_children():
        if isinstance(child, torch.nn.Conv2d) and child.stride == (2, 2):
            child.padding = (0, 0)
            setattr(module, name, torch.nn.Sequential(torch.nn.ZeroPad2d((0, 1, 0, 1)), child))
        else:
            pad_as_keras(child)
        if isinstance(child, torch.nn.BatchNorm2d):
            child.eps = 1e-3


def make_network(flavour):
    body = timm.create_model("mobilenetv1_100", num_classes=0)
    if flavour == "same":
        pad_as_keras(body)
    head = torch.nn.Sequential(
        torch.nn.Dropout(0.5), torch.nn.Linear(body.num_features, 1024), torch.nn.ReLU(), torch.nn.Linear(1024, 103)
    )
    return torch.nn.Sequential(body, head).to(memory_format=torch.channels_last).train()


def work(rank, size, batch, steps, flavour):
    torch.set_num_threads(1)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29541")
    dist.init_process_group("gloo", rank=rank, world_size=RANKS)
    torch.manual_seed(0)
    network = DistributedDataParallel(make_network(flavour), gradient_as_bucket_view=True)
    optimizer = torch.optim.SGD(
        network.parameters(), 0.01, momentum=0.9, weight_decay=1e-4, nesterov=True, foreach=True
    )
    pictures = torch.randn(batch, 3, size, size).contiguous(memory_format=torch.channels_last)
    age, gender = torch.randint(0, 101, (batch,)), torch.randint(0, 2, (batch,))
    seconds = []
    for step in range(steps + WARM_UP):
        start = time.perf_counter()
        logits = network(pictures)
        loss = cross_entropy(logits[:, :101], age) + cross_entropy(logits[:, 101:], gender)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step >= WARM_UP:
            seconds.append(time.perf_counter() - start)
    if rank == 0:
        print(batch * RANKS / statistics.median(seconds))
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    mp.spawn(work, (*map(int, sys.argv[1:4]), sys.argv[4]), RANKS)
