"""Faces in photos by dlib's own Python. See predict.sh.

usage: predict_dlib.py LANDMARKS PHOTO...
"""
import sys

import dlib
import numpy
from PIL import Image, ImageOps

from predict_timing import median_call, serve


def read(path):
    return numpy.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))


def box_of(rectangle):
    return [rectangle.left(), rectangle.top(), rectangle.width(), rectangle.height()]


def main():
    landmarks = dlib.shape_predictor(sys.argv[1])
    photos = [read(path) for path in sys.argv[2:]]
    detector = dlib.get_frontal_face_detector()

    def find_all(upsampling):
        return [detector(photo, upsampling) for photo in photos]

    def mark_all(found):
        for photo, faces in zip(photos, found):
            for face in faces:
                landmarks(photo, face)

    def answer(question):
        upsampling = question["upsampling"]
        found = find_all(upsampling)
        if "seconds" not in question:
            return {"faces": [sorted(map(box_of, faces)) for faces in found]}
        how_long = question["seconds"], question["fewest"]
        return {"detect_seconds": median_call(lambda: find_all(upsampling), *how_long)["seconds"],
                "landmark_seconds": median_call(lambda: mark_all(found), *how_long)["seconds"]}

    serve(answer)


main()
