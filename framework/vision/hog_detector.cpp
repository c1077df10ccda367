#include <dlib/image_processing/frontal_face_detector.h>

#include "framework/vision/dlib_upsampling.h"
#include "framework/vision/face_detector.h"

namespace ag::vision {
namespace {

class HogDetector final : public FaceDetector {
 public:
  explicit HogDetector(int upsampling) : upsampling_(upsampling) {}

  std::vector<Detection> find(const data::Picture& photo) override {
    std::vector<dlib::rect_detection> found;
    with_upsampled(photo, upsampling_, [&](const auto& image) { detector_(image, found, 0.0); });
    std::vector<Detection> detections;
    for (const dlib::rect_detection& each : found) {
      detections.push_back({box_in_photo(each.rect, upsampling_), each.detection_confidence});
    }
    return from_left_to_right(std::move(detections));
  }

 private:
  int upsampling_;
  dlib::frontal_face_detector detector_ = dlib::get_frontal_face_detector();
};

}  // namespace

std::unique_ptr<FaceDetector> make_hog_detector(int upsampling) {
  return std::make_unique<HogDetector>(upsampling);
}

}  // namespace ag::vision
