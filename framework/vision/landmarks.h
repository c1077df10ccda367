// Where eyes, nose, mouth and chin are in a face whose box is known.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "framework/data/picture.h"
#include "framework/vision/box.h"

namespace ag::vision {

// dlib's shape predictor, from one of its files: 68 points in iBUG 300-W's order, or 5 (two corners
// of each eye, and the nose's base). Kazemi and Sullivan, CVPR 2014. Any number of threads.
class LandmarkPredictor {
 public:
  // Throws Error where the file isn't a predictor of 5 or 68 points.
  explicit LandmarkPredictor(const std::filesystem::path& model);
  ~LandmarkPredictor();
  LandmarkPredictor(LandmarkPredictor&&) noexcept;
  LandmarkPredictor& operator=(LandmarkPredictor&&) noexcept;

  std::size_t points() const;  // 5 or 68
  std::vector<Point> predict(const data::Picture& photo, const Box& face) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Landmarks reach from the eyebrows to the chin, a detector's box from above them: the square that
// dlib's frontal detector would draw, as a rule, around a face whose 68 landmarks have that extent.
// So that a margin means the same of both.
Box detector_box(const Box& extent_of_landmarks);

// By how much the line through the eyes slopes: radians, positive where the eye on the right side
// of the picture is lower. Of 5 or of 68 points.
double slope_of_eyes(const std::vector<Point>& landmarks);

}  // namespace ag::vision
