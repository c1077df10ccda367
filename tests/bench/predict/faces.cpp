#include <memory>

#include "framework/core/error.h"
#include "framework/photo/photo_reader.h"
#include "framework/vision/face_detector.h"
#include "framework/vision/landmarks.h"
#include "tests/bench/predict/bench.h"
#include "tests/bench/predict/timing.h"

namespace ag::bench {
namespace {

using vision::Detection;

class Faces {
 public:
  explicit Faces(const FacesOptions& options) : landmarks_(options.landmarks) {
    photo::PhotoReader reader;
    for (const std::filesystem::path& path : options.photos) {
      if (const auto complaint = reader.read(path, photos_.emplace_back()))
        throw Error(path.string(), *complaint);
    }
  }

  nlohmann::json answer(const nlohmann::json& question) {
    const int upsampling = question.at("upsampling").get<int>();
    const std::vector<std::vector<Detection>> found = find_all(upsampling);
    if (!question.contains("seconds")) return {{"faces", boxes_of(found)}};
    const Timing detect = median_call([&] { find_all(upsampling); }, how_long(question));
    const Timing landmark = median_call([&] { mark_all(found); }, how_long(question));
    return {{"detect_seconds", detect.seconds}, {"landmark_seconds", landmark.seconds}};
  }

 private:
  std::vector<std::vector<Detection>> find_all(int upsampling) const {
    std::vector<std::vector<Detection>> found;
    for (const data::Picture& photo : photos_) found.push_back(detector_->find(photo, upsampling));
    return found;
  }

  void mark_all(const std::vector<std::vector<Detection>>& found) const {
    for (std::size_t i = 0; i < photos_.size(); ++i) {
      for (const Detection& face : found[i]) landmarks_.predict(photos_[i], face.box);
    }
  }

  static nlohmann::json boxes_of(const std::vector<std::vector<Detection>>& found) {
    nlohmann::json photos = nlohmann::json::array();
    for (const std::vector<Detection>& faces : found) {
      nlohmann::json boxes = nlohmann::json::array();
      for (const auto& [box, score] : faces)
        boxes.push_back({box.left, box.top, box.width, box.height});
      photos.push_back(boxes);
    }
    return photos;
  }

  vision::LandmarkPredictor landmarks_;
  std::vector<data::Picture> photos_;
  std::unique_ptr<vision::FaceDetector> detector_ = vision::make_hog_detector();
};

}  // namespace

Answerer faces_answerer(const FacesOptions& options) {
  return [faces = std::make_shared<Faces>(options)](const nlohmann::json& question) {
    return faces->answer(question);
  };
}

}  // namespace ag::bench
