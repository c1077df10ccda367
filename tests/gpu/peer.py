"""One measurement of PyTorch on GPUs: timm's MobileNet V1 1.0 with agtrain's head, on random pictures on the GPU.

usage: peer.py PIXELS BATCH_A_RANK STEPS eager|compile     prints the images/s over all ranks at the median step

Under DistributedDataParallel with NCCL, one rank a GPU; channels-last, cuDNN's fastest algorithms, fused SGD.
`compile` is torch.compile with CUDA graphs (mode reduce-overhead).
"""
import os
import pathlib
import statistics
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bench"))
from train_peer import make_network

WARM_UP = 10


class Loss(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, pictures, age, gender):
        logits = self.network(pictures)
        return cross_entropy(logits[:, :101], age) + cross_entropy(logits[:, 101:], gender)


def work(rank, ranks, pixels, batch, steps, form):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29543")
    torch.cuda.set_device(rank)
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(0)
    network = Loss(make_network("timm")).to("cuda")
    if form == "compile":
        network = torch.compile(network, mode="reduce-overhead")
    if ranks > 1:
        dist.init_process_group("nccl", rank=rank, world_size=ranks)
        network = DistributedDataParallel(network, device_ids=[rank], gradient_as_bucket_view=True)
    optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9, weight_decay=1e-4, nesterov=True, fused=True)
    pictures = torch.randn(batch, 3, pixels, pixels, device="cuda").contiguous(memory_format=torch.channels_last)
    age = torch.randint(0, 101, (batch,), device="cuda")
    gender = torch.randint(0, 2, (batch,), device="cuda")
    seconds = []
    for step in range(steps + WARM_UP):
        start = time.perf_counter()
        loss = network(pictures, age, gender)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()  # agtrain reads its loss each step too
        if step >= WARM_UP:
            seconds.append(time.perf_counter() - start)
    if rank == 0:
        print(batch * ranks / statistics.median(seconds))
    if ranks > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    gpus = torch.cuda.device_count()
    count = min(gpus, int(os.environ.get("AG_PEER_RANKS", gpus)))
    mp.spawn(work, (count, *map(int, sys.argv[1:4]), sys.argv[4]), count)
