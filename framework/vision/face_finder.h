// From a photo to the faces in it, cut out as a network was trained on them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/vision/box.h"
#include "framework/vision/face_detector.h"
#include "framework/vision/landmarks.h"

namespace ag::vision {

enum class DetectorKind {
  kHog,   // frontal faces
  kCnn,   // from any side; takes a file
  kNone,  // the whole photo is one face's crop already
};

struct FaceFinderOptions {
  DetectorKind detector = DetectorKind::kHog;
  std::filesystem::path cnn_model;  // mmod_human_face_detector.dat
  // 0 to kMostUpsampling; nothing: once for photos of up to kSmallPhoto pixels, else not at all.
  std::optional<int> upsampling;
  double least_score = 0;  // of a detection; less sure ones are left out
  // Of 68 points: the face's box is their exact extent. Of 5: the face is turned upright. None: the
  // detector's box serves. Must outlive the finder.
  const LandmarkPredictor* landmarks = nullptr;
  double margin = 0;  // how much of the detector's box a crop adds on each side
};

inline constexpr double kSmallPhoto = 2'000'000;      // pixels
inline constexpr double kMostEnlarged = 400'000'000;  // pixels, once a photo is enlarged

struct Face {
  // Within the photo: the exact extent of 68 landmarks, else the detector's box.
  Box box;
  double score = 0;              // the detector's; 1 without one
  std::vector<Point> landmarks;  // none, 5 or 68
  Box crop;                      // the square that the network sees; may reach beyond the photo
  double slope = 0;              // by which it is turned, radians; 0: not at all
};

// One per thread.
class FaceFinder {
 public:
  // Throws Error where the CNN's file isn't one.
  explicit FaceFinder(const FaceFinderOptions& options);

  // What is against a search, in words for the user: the photo would be too large once it was
  // enlarged.
  std::optional<std::string> complaint_about(const data::Picture& photo) const;

  // From left to right. Throws std::bad_alloc.
  std::vector<Face> find(const data::Picture& photo);

  // The pixels of a face's crop.
  static void cut_out(const data::Picture& photo, const Face& face, data::Picture& crop);

 private:
  int upsampling_for(const data::Picture& photo) const;
  std::optional<Face> face_at(const data::Picture& photo, const Detection& detection) const;

  FaceFinderOptions options_;
  std::unique_ptr<FaceDetector> detector_;  // null: none is wanted
};

}  // namespace ag::vision
