// Finds faces in photos.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "framework/data/picture.h"
#include "framework/vision/box.h"

namespace ag::vision {

struct Detection {
  Box box;           // from about the eyebrows to the chin; may reach beyond the photo
  double score = 0;  // above 0; the higher the surer
};

// Of doublings of a photo before the search. The detectors find faces of some 80 pixels and more;
// each doubling halves that, and takes four times the time and memory.
inline constexpr int kMostUpsampling = 4;

// One per thread: it keeps scratch memory.
class FaceDetector {
 public:
  virtual ~FaceDetector() = default;
  // Of a photo of 1 pixel and more, which is enlarged to twice its size `upsampling` times before:
  // 0 to kMostUpsampling. From left to right as they stand there.
  virtual std::vector<Detection> find(const data::Picture& photo, int upsampling) = 0;
};

// Frontal faces, by histograms of oriented gradients: dlib's get_frontal_face_detector(), whose
// model is compiled into the library. Dalal and Triggs, CVPR 2005; King, arXiv 1502.00046.
std::unique_ptr<FaceDetector> make_hog_detector();

// Faces from any side, by dlib's convolutional network, from its file
// mmod_human_face_detector.dat: slower by far. Throws Error where the file isn't that.
std::unique_ptr<FaceDetector> make_cnn_detector(const std::filesystem::path& model);

}  // namespace ag::vision
