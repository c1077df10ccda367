"""Faces and landmarks in real photos, as this project finds them, against dlib's own Python on the same pixels.

usage: dlib_faces.py INTEROP_VISION PROJECT

Boxes and landmarks have to be the same, to the pixel. Against the photos' own labels (boxes.json: the frontal faces of
some of them) both are told: how many of them are found, and what is found besides.
"""
import json
import os
import pathlib
import subprocess
import sys

import dlib
import numpy
from PIL import Image, ImageOps


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def theirs(photo, detect, predictor, upsampling):
    pixels = numpy.asarray(ImageOps.exif_transpose(Image.open(photo)).convert("RGB"))
    faces = []
    for found in detect(pixels, upsampling):
        rectangle = getattr(found, "rect", found)
        shape = predictor(pixels, rectangle)
        faces.append({"box": [rectangle.left(), rectangle.top(), rectangle.width(), rectangle.height()],
                      "landmarks": [[point.x, point.y] for point in shape.parts()]})
    return sorted(faces, key=lambda face: face["box"][0])


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def against_labels(faces_of, labels):
    """Labelled faces, those found, and faces found beside them in the labelled photos."""
    labelled = found = besides = 0
    for name, boxes in labels.items():
        faces = [face["box"] for face in faces_of[name]]
        labelled += len(boxes)
        found += sum(any(overlap(box, face) > 0.5 for face in faces) for box in boxes)
        besides += sum(all(overlap(box, face) <= 0.5 for box in boxes) for face in faces)
    return labelled, found, besides


def compare(program, photos, labels, kind, detect, landmark_file, upsampling):
    predictor = dlib.shape_predictor(str(landmark_file))
    told = subprocess.run([program, kind, landmark_file, str(upsampling), *photos], check=True, capture_output=True,
                          text=True).stdout.splitlines()
    ours = {photo.name: json.loads(line) for photo, line in zip(photos, told, strict=True)}
    peers = {photo.name: theirs(photo, detect, predictor, upsampling) for photo in photos}
    wrong = 0
    for name, faces in peers.items():
        same = [{"box": face["box"], "landmarks": face["landmarks"]} for face in ours[name]]
        if same != faces:
            wrong += 1
            print(f"{name}: ours {[face['box'] for face in same]}, dlib's {[face['box'] for face in faces]}"
                  f"{', landmarks differ' if [f['box'] for f in same] == [f['box'] for f in faces] else ''}")
    labelled, found, besides = against_labels(ours, labels)
    detector = "hog" if kind == "hog" else "cnn"
    print(f"{detector}, upsampled {upsampling}, {predictor_points(landmark_file)} points: "
          f"{sum(map(len, ours.values()))} faces in {len(photos)} photos, {wrong} photos differ; "
          f"of {labelled} labelled faces {found} found, {besides} found besides; dogs.jpg: {len(ours['dogs.jpg'])}")
    return wrong + (against_labels(peers, labels) != (labelled, found, besides))


def predictor_points(landmark_file):
    return landmark_file.name.split("_")[2]


def main():
    program, project = sys.argv[1], pathlib.Path(sys.argv[2])
    data = pathlib.Path(os.environ.get("AG_REAL_DATA", project / ".." / "shared" / "data")) / "photos"
    models = pathlib.Path(os.environ.get("AG_FACE_MODELS", project / ".deps" / "face_models"))
    if not data.exists():
        skip("no real data here; AG_REAL_DATA names its folder")
    if not models.exists():
        skip("no files of dlib's here; launch/setup.sh --landmarks fetches them")
    photos = sorted(data.glob("*.jpg"))
    labels = json.loads((data / "boxes.json").read_text())
    labels = {name: boxes for name, boxes in labels.items() if (data / name).exists()}
    hog = dlib.get_frontal_face_detector()
    cnn = dlib.cnn_face_detection_model_v1(str(models / "mmod_human_face_detector.dat"))
    wrong = 0
    for upsampling in (0, 1, 2):
        for points in (68, 5):
            wrong += compare(program, photos, labels, "hog", hog,
                             models / f"shape_predictor_{points}_face_landmarks.dat", upsampling)
    wrong += compare(program, photos, labels, str(models / "mmod_human_face_detector.dat"), cnn,
                     models / "shape_predictor_5_face_landmarks.dat", 0)
    return 1 if wrong else 0


sys.exit(main())
