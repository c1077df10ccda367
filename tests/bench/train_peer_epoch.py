"""One measurement of PyTorch: a whole epoch of MobileNet V1 from the JPEGs in agprep's shards, by DDP and a DataLoader.

usage: train_peer_epoch.py MODE DATA [--size PX --batch A_RANK --workers 0,1,2 --form same|timm]
Prints one line of JSON: the seconds of the epoch by the best of these numbers of workers a rank.

The files lie in memory beforehand. A picture is decoded, resized and flipped where the DataLoader fetches it; the network
has made a step of each batch size before the clock starts, so compiling isn't counted. A mode whose epoch would be far too
long, as bf16's where the processor has no instructions for it, is told by what one step took, without any loading.
"""
import argparse
import json
import pathlib
import time

import h5py
import torch
import torch.distributed as dist
from torch.utils.data import DataLoader, Dataset
from torch.utils.data.distributed import DistributedSampler
from torchvision.io import ImageReadMode, decode_jpeg
from torchvision.transforms.v2 import functional as transforms

from train_peer import MODES, RANKS, Trainer, first_rank_decides, on_ranks, peak_mib, random_batch
from train_timing import timed

TRAIN_SPLIT = 0  # as docs/reference/shard_format.md has it
TOO_LONG_SECONDS = 90


class Faces(Dataset):
    """The training pictures of a data set, flipped at random."""

    def __init__(self, folder, size):
        self.size, self.rows = size, []
        for path in sorted(pathlib.Path(folder).glob("shard-*.h5")):
            with h5py.File(path) as shard:
                data, offset = torch.from_numpy(shard["data"][:]), shard["offset"][:].astype(int)
                age, gender = shard["age"][:].astype(int), shard["gender"][:].astype(int)
                for i in (shard["split"][:] == TRAIN_SPLIT).nonzero()[0]:
                    self.rows.append((data[offset[i]:offset[i + 1]], int(age[i]), int(gender[i])))

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        jpeg, age, gender = self.rows[index]
        picture = transforms.resize(decode_jpeg(jpeg, mode=ImageReadMode.RGB), [self.size, self.size], antialias=True)
        if torch.rand(()) < 0.5:
            picture = transforms.horizontal_flip(picture)
        return picture, age, gender


def whole_epoch(trainer, faces, batch, workers):
    """Seconds, from the first picture fetched to the last update."""
    sampler = DistributedSampler(faces)
    # In a rank, which was spawned itself, workers would be spawned too and import torch again for seconds.
    more = {"prefetch_factor": 4, "multiprocessing_context": "fork"} if workers else {}
    loader = DataLoader(faces, batch, sampler=sampler, num_workers=workers, **more)
    dist.barrier()
    start = time.perf_counter()
    for pictures, age, gender in loader:
        pictures = pictures.to(torch.float32, memory_format=torch.channels_last).div_(127.5).sub_(1)
        trainer.step(pictures, age, gender)
    dist.barrier()
    return time.perf_counter() - start


def epochs_on_rank(job):
    faces = Faces(job["data"], job["size"])
    trainer = Trainer(job)
    last = -(-len(faces) // RANKS) % job["batch"]
    for batch in [*([last] if last else []), job["batch"], job["batch"]]:
        pictures = random_batch(batch, job["size"])
        seconds = timed(lambda: trainer.step(*pictures))
    guess = first_rank_decides([seconds * len(faces) / RANKS / job["batch"]])[0]
    if guess > TOO_LONG_SECONDS:
        return {"epoch_seconds": guess, "note": "by one step", "pictures": len(faces), "peak_mib": peak_mib()}
    tried = {workers: whole_epoch(trainer, faces, job["batch"], workers) for workers in job["workers"]}
    best = min(tried, key=tried.get)
    return {"epoch_seconds": tried[best], "workers": best, "pictures": len(faces), "peak_mib": peak_mib()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("data")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--workers", type=lambda text: [int(part) for part in text.split(",")], default=[0, 1, 2])
    parser.add_argument("--form", choices=["same", "timm"], default="timm")
    job = {**vars(parser.parse_args()), "model": "mobilenet_v1", "width": 1.0}
    print(json.dumps(on_ranks(epochs_on_rank, job)[0]))


if __name__ == "__main__":
    main()
