// Compiled for AVX2, and seen from outside by this one function: framework/cmake/Avx2.cmake.
#include "framework/vision/hog_detector-inl.h"

namespace ag::vision {

std::unique_ptr<FaceDetector> compiled_for_avx2() {
  return std::make_unique<HogDetector>();
}

}  // namespace ag::vision
