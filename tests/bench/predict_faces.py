"""The time of finding faces and their landmarks in photos: ours beside dlib's own Python, on the same photos."""
import pathlib
import statistics
import sys

from predict_material import landmark_file, real_photos
from predict_worker import Worker
from train_process import Failed
from train_report import ROOT

HERE = pathlib.Path(__file__).parent
UPSAMPLINGS = (0, 1)


def check_same(ours, theirs, upsampling):
    """Failed where one finds other faces than the other. Returns how many there are."""
    mine, others = (worker.ask({"upsampling": upsampling})["faces"] for worker in (ours, theirs))
    if [sorted(faces) for faces in mine] != others:
        raise Failed(f"the faces found are others than dlib's: {mine} and {others}")
    return sum(map(len, mine))


def compare(ours, theirs, upsampling, photos, effort):
    faces = check_same(ours, theirs, upsampling)
    question = {"upsampling": upsampling, "seconds": effort.seconds, "fewest": effort.fewest}
    rounds = []
    for turn in range(effort.face_rounds):
        rounds.append((ours.ask(question), theirs.ask(question)))
        print(f"[faces, upsampled {upsampling}; round {turn + 1} of {effort.face_rounds}] ours, dlib's Python: "
              + ", ".join(f"{1e3 * one['detect_seconds'] / photos:.1f} ms a photo" for one in rounds[-1]), flush=True)

    def figures(key, count):
        ratios = [other[key] / mine[key] for mine, other in rounds]
        return {"ours_ms": round(1e3 * statistics.median(mine[key] for mine, _ in rounds) / count, 4),
                "dlib_ms": round(1e3 * statistics.median(other[key] for _, other in rounds) / count, 4),
                "ratio": round(statistics.median(ratios), 3), "ratios": [round(ratio, 3) for ratio in ratios]}

    return {"upsampling": upsampling, "photos": photos, "faces": faces,
            "detector_a_photo": figures("detect_seconds", photos), "landmarks_a_face": figures("landmark_seconds", faces)}


def measure(effort):
    """A row a number of times that photos are enlarged."""
    photos, landmarks = real_photos(), landmark_file()
    if not photos:
        raise Failed("there are no photos: AG_REAL_DATA names the folder that has photos/")
    if landmarks is None:
        raise Failed("there is no landmark file: launch/setup.sh --landmarks fetches it")
    ours = Worker([ROOT / "build/bin/bench_predict", "faces", landmarks, *photos])
    theirs = Worker([sys.executable, HERE / "predict_dlib.py", landmarks, *photos])
    try:
        return [compare(ours, theirs, upsampling, len(photos), effort) for upsampling in UPSAMPLINGS]
    finally:
        ours.close()
        theirs.close()
