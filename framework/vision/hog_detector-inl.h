// dlib's frontal face detector, for the files that compile it for one set of instructions each.
#pragma once

#include <dlib/image_processing/frontal_face_detector.h>

#include <memory>
#include <utility>
#include <vector>

#include "framework/vision/dlib_upsampling.h"
#include "framework/vision/face_detector.h"

namespace ag::vision {

// In hog_detector_avx2.cpp, where AG_AVX2_OBJECTS says that there is one.
std::unique_ptr<FaceDetector> compiled_for_avx2();

namespace {

class HogDetector final : public FaceDetector {
 public:
  std::vector<Detection> find(const data::Picture& photo, int upsampling) override {
    std::vector<dlib::rect_detection> found;
    with_upsampled(photo, upsampling, [&](const auto& image) { detector_(image, found, 0.0); });
    std::vector<Detection> detections;
    detections.reserve(found.size());
    for (const dlib::rect_detection& each : found) {
      detections.push_back({box_in_photo(each.rect, upsampling), each.detection_confidence});
    }
    return from_left_to_right(std::move(detections));
  }

 private:
  dlib::frontal_face_detector detector_ = dlib::get_frontal_face_detector();
};

}  // namespace
}  // namespace ag::vision
