#include <dlib/dnn.h>

#include "framework/core/error.h"
#include "framework/vision/dlib_upsampling.h"
#include "framework/vision/face_detector.h"

namespace ag::vision {
namespace {

// The network of dlib's example dnn_mmod_face_detection_ex.cpp, which its file holds the weights
// of.
template <long filters, class Below>
using Half = dlib::con<filters, 5, 5, 2, 2, Below>;
template <long filters, class Below>
using Same = dlib::con<filters, 5, 5, 1, 1, Below>;
template <long filters, class Below>
using HalfRelu = dlib::relu<dlib::affine<Half<filters, Below>>>;
template <long filters, class Below>
using SameRelu = dlib::relu<dlib::affine<Same<filters, Below>>>;
template <class Below>
using Eighth = HalfRelu<32, HalfRelu<32, HalfRelu<16, Below>>>;
using Input = dlib::input_rgb_image_pyramid<dlib::pyramid_down<6>>;
using Network = dlib::loss_mmod<
    dlib::con<1, 9, 9, 1, 1, SameRelu<45, SameRelu<45, SameRelu<45, Eighth<Input>>>>>>;

class CnnDetector final : public FaceDetector {
 public:
  explicit CnnDetector(const std::filesystem::path& model) {
    try {
      dlib::deserialize(model.string()) >> network_;
    } catch (const dlib::serialization_error& error) {
      throw usage_error(model, std::string("isn't dlib's face detector network: ") + error.what(),
                        "launch/setup.sh --landmarks fetches mmod_human_face_detector.dat");
    }
  }

  std::vector<Detection> find(const data::Picture& photo, int upsampling) override {
    dlib::matrix<dlib::rgb_pixel> pixels;
    with_upsampled(photo, upsampling,
                   [&](const auto& image) { dlib::assign_image(pixels, image); });
    std::vector<Detection> detections;
    for (const dlib::mmod_rect& each : network_(pixels)) {
      detections.push_back({box_in_photo(each.rect, upsampling), each.detection_confidence});
    }
    return from_left_to_right(std::move(detections));
  }

 private:
  Network network_;
};

}  // namespace

std::unique_ptr<FaceDetector> make_cnn_detector(const std::filesystem::path& model) {
  return std::make_unique<CnnDetector>(model);
}

}  // namespace ag::vision
