"""Whole photos: how many agpredict does in a second, from the JPEG to the line of text and, if asked, the drawn copy."""
import shutil
import statistics
import time

from predict_material import real_photos
from train_process import Failed, run

MARGIN = 0.4  # the drawn faces that the network has seen don't tell theirs
WAYS = [(threads, out) for threads in (1, 2) for out in (False, True)]


def once(photos, checkpoint, threads, copies):
    """Seconds from the start of the program to its end, and the faces that it told of. `copies` is a folder or None."""
    command = ["agpredict", photos, "--checkpoint", checkpoint, "--csv", "--fold", "--margin", MARGIN, "--threads", threads]
    if copies:
        shutil.rmtree(copies, ignore_errors=True)
        command += ["--out", copies]
    start = time.perf_counter()
    printed = run(command)
    seconds = time.perf_counter() - start
    if copies:
        shutil.rmtree(copies)
    return seconds, len(printed.splitlines()) - 1


def measure(material, net, effort):
    """A row a number of threads, without copies and with them."""
    photos = real_photos()
    if not photos:
        raise Failed("there are no photos: AG_REAL_DATA names the folder that has photos/")
    folder = material.photo_copies(photos, effort.photos)
    checkpoint = material.checkpoint(net)
    first = sorted(folder.iterdir())[0]
    seconds, alone = ({way: [] for way in WAYS} for _ in range(2))
    faces = 0
    for turn in range(effort.photo_rounds):
        for threads, out in WAYS:
            copies = material.work / "copies" if out else None
            taken, faces = once(folder, checkpoint, threads, copies)
            seconds[threads, out].append(taken)
            alone[threads, out].append(once(first, checkpoint, threads, copies)[0])
            print(f"[photos; round {turn + 1} of {effort.photo_rounds}] {threads} threads{', copies' if out else ''}: "
                  f"{effort.photos / taken:.1f} photos/s", flush=True)
    return [{"network": net.name, "threads": threads, "out": out, "photos": effort.photos, "faces": faces,
             "photos_per_second": round(effort.photos / statistics.median(taken), 2),
             "one_photo_seconds": round(statistics.median(alone[threads, out]), 3),
             "rounds": [round(effort.photos / one, 2) for one in taken]}
            for (threads, out), taken in seconds.items()]
