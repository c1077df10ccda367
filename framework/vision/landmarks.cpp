#include "framework/vision/landmarks.h"

#include <dlib/image_processing/shape_predictor.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "framework/core/error.h"
#include "framework/vision/dlib_image.h"

namespace ag::vision {
namespace {

constexpr std::size_t kFew = 5;
constexpr std::size_t kMany = 68;

// Medians over the 44 faces that the detector finds in dlib's example photos, in shares of the
// landmarks' longer side.
constexpr double kDetectorSide = 1.07;
constexpr double kDetectorRise = 0.11;  // of its centre above theirs

dlib::shape_predictor read_predictor(const std::filesystem::path& model) {
  const char* mend = "launch/setup.sh --landmarks fetches dlib's";
  dlib::shape_predictor predictor;
  try {
    dlib::deserialize(model.string()) >> predictor;
  } catch (const dlib::serialization_error& error) {
    throw usage_error(model, fmt::format("isn't a landmark predictor of dlib's: {}", error.what()),
                      mend);
  }
  if (predictor.num_parts() != kFew && predictor.num_parts() != kMany) {
    throw usage_error(model, fmt::format("predicts {} points, not 5 or 68", predictor.num_parts()),
                      mend);
  }
  return predictor;
}

Point mean_of(std::span<const Point> points) {
  Point sum;
  for (const Point& point : points) {
    sum.x += point.x;
    sum.y += point.y;
  }
  const auto count = static_cast<double>(points.size());
  return {sum.x / count, sum.y / count};
}

}  // namespace

struct LandmarkPredictor::State {
  dlib::shape_predictor predictor;
};

LandmarkPredictor::LandmarkPredictor(const std::filesystem::path& model)
    : state_(std::make_unique<State>(State{read_predictor(model)})) {}
LandmarkPredictor::~LandmarkPredictor() = default;
LandmarkPredictor::LandmarkPredictor(LandmarkPredictor&&) noexcept = default;
LandmarkPredictor& LandmarkPredictor::operator=(LandmarkPredictor&&) noexcept = default;

std::size_t LandmarkPredictor::points() const {
  return state_->predictor.num_parts();
}

std::vector<Point> LandmarkPredictor::predict(const data::Picture& photo, const Box& face) const {
  const dlib::full_object_detection found = state_->predictor(DlibImage{photo}, rectangle_of(face));
  std::vector<Point> points;
  for (unsigned long i = 0; i < found.num_parts(); ++i) {
    points.push_back(
        {static_cast<double>(found.part(i).x()), static_cast<double>(found.part(i).y())});
  }
  return points;
}

Box detector_box(const Box& extent_of_landmarks) {
  const double longer = std::max(extent_of_landmarks.width, extent_of_landmarks.height);
  const double side = kDetectorSide * longer;
  const Point centre = extent_of_landmarks.centre();
  return {centre.x - side / 2, centre.y - kDetectorRise * longer - side / 2, side, side};
}

double slope_of_eyes(const std::vector<Point>& landmarks) {
  // 300-W has the eye on the picture's left first; the file of 5 points, that on its right.
  const std::span<const Point> all(landmarks);
  const bool many = landmarks.size() == kMany;
  const Point left = many ? mean_of(all.subspan(36, 6)) : mean_of(all.subspan(2, 2));
  const Point right = many ? mean_of(all.subspan(42, 6)) : mean_of(all.subspan(0, 2));
  return std::atan2(right.y - left.y, right.x - left.x);
}

}  // namespace ag::vision
