#include "framework/vision/hog_detector.h"

#include "framework/vision/hog_detector-inl.h"

namespace ag::vision {

std::unique_ptr<FaceDetector> make_plain_hog_detector() {
  return std::make_unique<HogDetector>();
}

std::unique_ptr<FaceDetector> make_avx2_hog_detector() {
#if AG_AVX2_OBJECTS
  if (__builtin_cpu_supports("avx2")) return compiled_for_avx2();
#endif
  return nullptr;
}

std::unique_ptr<FaceDetector> make_hog_detector() {
  auto detector = make_avx2_hog_detector();
  return detector ? std::move(detector) : make_plain_hog_detector();
}

}  // namespace ag::vision
