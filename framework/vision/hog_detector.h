// make_hog_detector()'s choices. dlib's detector is templates, which compute with the instructions
// that their user is compiled for: a program for every x86-64 gets SSE2 out of them. So they are
// compiled once more for AVX2. Both find the same faces, with scores that differ by rounding: with
// FMA they would differ by more, as it moves pixels from one bin of a histogram to the next.
#pragma once

#include <memory>

#include "framework/vision/face_detector.h"

namespace ag::vision {

std::unique_ptr<FaceDetector> make_plain_hog_detector();

// Null where this build or this processor has none.
std::unique_ptr<FaceDetector> make_avx2_hog_detector();

}  // namespace ag::vision
