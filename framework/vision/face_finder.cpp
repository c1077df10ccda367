#include "framework/vision/face_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/vision/face_crop.h"

namespace ag::vision {
namespace {

constexpr std::size_t kExactLandmarks = 68;

// As wide as it is high, about the same centre: crops that networks learn from are squares, and a
// stretched face is another face.
Box squared(const Box& box) {
  const double side = std::max(box.width, box.height);
  const Point centre = box.centre();
  return {centre.x - side / 2, centre.y - side / 2, side, side};
}

Face whole_photo(const data::Picture& photo) {
  const Box box = {0, 0, static_cast<double>(photo.width), static_cast<double>(photo.height)};
  return {.box = box, .score = 1, .landmarks = {}, .crop = box};
}

std::unique_ptr<FaceDetector> make_detector(const FaceFinderOptions& options) {
  if (options.detector == DetectorKind::kNone) return nullptr;
  if (options.detector == DetectorKind::kCnn) return make_cnn_detector(options.cnn_model);
  return make_hog_detector();
}

double pixels_of(const data::Picture& photo) {
  return static_cast<double>(photo.width) * photo.height;
}

}  // namespace

FaceFinder::FaceFinder(const FaceFinderOptions& options)
    : options_(options), detector_(make_detector(options)) {}

int FaceFinder::upsampling_for(const data::Picture& photo) const {
  if (options_.upsampling) return *options_.upsampling;
  return pixels_of(photo) <= kSmallPhoto ? 1 : 0;
}

std::optional<std::string> FaceFinder::complaint_about(const data::Picture& photo) const {
  if (options_.detector == DetectorKind::kNone) return std::nullopt;
  const int times = upsampling_for(photo);
  if (std::ldexp(pixels_of(photo), 2 * times) <= kMostEnlarged) return std::nullopt;
  return fmt::format(
      "{} x {} pixels are too many to be doubled {} times: search it with less "
      "upsampling",
      photo.width, photo.height, times);
}

std::optional<Face> FaceFinder::face_at(const data::Picture& photo,
                                        const Detection& detection) const {
  Face face = {.box = detection.box, .score = detection.score, .landmarks = {}, .crop = {}};
  Box framed = squared(detection.box);
  if (options_.landmarks != nullptr) {
    face.landmarks = options_.landmarks->predict(photo, detection.box);
    if (face.landmarks.size() == kExactLandmarks) {
      face.box = extent(face.landmarks);
      framed = detector_box(face.box);
    } else {
      face.slope = slope_of_eyes(face.landmarks);
    }
  }
  face.box = clamped(face.box, photo.width, photo.height);
  if (face.box.width < 1 || face.box.height < 1) return std::nullopt;
  face.crop = widened(framed, options_.margin);
  return face;
}

std::vector<Face> FaceFinder::find(const data::Picture& photo) {
  if (options_.detector == DetectorKind::kNone) return {whole_photo(photo)};
  std::vector<Face> faces;
  for (const Detection& detection : detector_->find(photo, upsampling_for(photo))) {
    if (detection.score < options_.least_score) continue;
    if (const auto face = face_at(photo, detection)) faces.push_back(*face);
  }
  return faces;
}

void FaceFinder::cut_out(const data::Picture& photo, const Face& face, data::Picture& crop) {
  if (face.slope != 0) return crop_turned(photo, face.crop, face.slope, crop);
  vision::crop(photo, face.crop, crop);
}

}  // namespace ag::vision
