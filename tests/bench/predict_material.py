"""What the prediction benchmark works on: networks, the pictures that they are asked about, photos."""
import dataclasses
import os
import pathlib
import shutil

import numpy
from PIL import Image
from safetensors.numpy import save_file

from train_process import run
from train_report import ROOT

PICTURES = 32
DRAWN = 96
# Few steps, in which little is learnt, but BatchNorm's statistics become those of the last batch: so that the network says
# different things of different faces, and to agree on them means something.
TRAINING = ["model.flavour=timm", "model.bn_momentum=0", "optimizer.lr=0.001", "train.batch_size=16", "train.steps=2",
            "train.epochs=1", "train.precision=fp32", "train.threads=2", "tracking.database=null"]


@dataclasses.dataclass(frozen=True)
class FaceNet:
    name: str
    what: str
    model: str
    width: float
    size: int
    mean: tuple = (0.5, 0.5, 0.5)  # of pixels in 0 to 1, as timm scales this network's
    std: tuple = (0.5, 0.5, 0.5)


IMAGENET = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
NETWORKS = [
    FaceNet("v1-224", "V1 1.0 at 224 px", "mobilenet_v1", 1.0, 224),
    FaceNet("v1-0.75-64", "V1 0.75 at 64 px", "mobilenet_v1", 0.75, 64),
    FaceNet("v3-224", "V3 large at 224 px", "mobilenet_v3_large", 1.0, 224, **IMAGENET),
]


class Material:
    """Makes what is asked for in `work`, once."""

    def __init__(self, work):
        self.work = work
        work.mkdir(parents=True, exist_ok=True)

    def faces(self):
        """Drawn faces: the folder of their JPEGs, and the data set that agprep made of them."""
        drawn, data = self.work / "drawn", self.work / "data"
        if not (data / "dataset.json").exists():
            run(["agprep", "sample", "--out", drawn, "--count", DRAWN, "--seed", 1, "--overwrite"])
            run(["agprep", "imdb", "--mat", drawn / "imdb.mat", "--images", drawn, "--out", data, "--overwrite"])
        return drawn, data

    def checkpoint(self, net):
        path = self.work / f"{net.name}.checkpoint.safetensors"
        if not path.exists():
            runs, experiment = self.work / f"{net.name}.runs", self.work / "empty.yaml"
            shutil.rmtree(runs, ignore_errors=True)
            experiment.write_text("{}\n")
            run(["agtrain", experiment, f"dataset.path={self.faces()[1]}", f"dataset.size={net.size}",
                 f"model.name={net.model}", f"model.width={net.width}", f"checkpoint.directory={runs}", *TRAINING])
            next(runs.glob("*/step-*.safetensors")).rename(path)
            shutil.rmtree(runs)
        return path

    def exported(self, net, form):
        """onnx, or safetensors with timm's names."""
        path = self.work / f"{net.name}.{form}"
        if not path.exists():
            run(["agtrain", "export", self.checkpoint(net), "--to", form, "--out", path])
        return path

    def pictures(self, net):
        """Two files of the same pictures: in [-1, 1], as agpredict has them, and scaled as the network wants them."""
        plain, scaled = (self.work / f"{net.name}.{kind}.safetensors" for kind in ("plain", "scaled"))
        if not scaled.exists():
            pixels = varied(sorted(self.faces()[0].rglob("*.jpg"))[:PICTURES], net.size)
            mean, std = (numpy.float32(one).reshape(1, 3, 1, 1) for one in (net.mean, net.std))
            save_file({"pictures": pixels * 2 - 1}, plain)
            save_file({"pictures": (pixels - mean) / std}, scaled)
        return plain, scaled

    def photo_copies(self, photos, count):
        """A folder of `count` photos: copies of these in turn."""
        folder = self.work / f"photos-{count}"
        if not folder.exists():
            folder.mkdir()
            for i in range(count):
                photo = photos[i % len(photos)]
                shutil.copy(photo, folder / f"{i:04}{photo.suffix}")
        return folder


def varied(paths, size):
    """[N, 3, size, size] in 0 to 1, with more and more noise from the first to the last."""
    random = numpy.random.default_rng(1)
    pictures = []
    for i, path in enumerate(paths):
        with Image.open(path) as picture:
            pixels = numpy.asarray(picture.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
        share = i / len(paths)
        pictures.append((1 - share) * pixels / 255 + share * random.random(pixels.shape))
    return numpy.ascontiguousarray(numpy.stack(pictures).transpose(0, 3, 1, 2), numpy.float32)


def real_photos():
    folder = pathlib.Path(os.environ.get("AG_REAL_DATA", ROOT.parent / "shared/data")) / "photos"
    return sorted(folder.glob("*.jpg"))


def landmark_file():
    models = pathlib.Path(os.environ.get("AG_FACE_MODELS", ROOT / ".deps/face_models"))
    path = models / "shape_predictor_68_face_landmarks.dat"
    return path if path.exists() else None
