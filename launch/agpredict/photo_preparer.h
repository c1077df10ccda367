// Everything that is done to a photo before the network sees its faces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/data/network_input.h"
#include "framework/photo/photo_reader.h"
#include "framework/vision/face_finder.h"
#include "launch/agpredict/photo_list.h"

namespace ag::predict {

// A face as the network's size has it, [size, size, 3].
using FittedFace = std::vector<std::uint8_t>;

struct PreparedPhoto {
  std::optional<std::string> complaint;  // then nothing else is known
  int width = 0;                         // pixels
  int height = 0;                        // pixels
  std::vector<vision::Face> faces;       // from left to right
  std::vector<FittedFace> fitted;        // of each face
  data::Picture photo;                   // empty unless it is to be kept
};

// One per thread.
class PhotoPreparer {
 public:
  // `size` of the network's input, pixels a side.
  PhotoPreparer(const vision::FaceFinderOptions& finder, int size, bool keep_photos);

  PreparedPhoto prepare(const PhotoSource& source);

 private:
  std::optional<std::string> read(const PhotoSource& source);
  void find_faces(PreparedPhoto& prepared);

  photo::PhotoReader reader_;
  vision::FaceFinder finder_;
  data::NetworkInput input_;
  bool keep_photos_;
  data::Picture photo_;
  data::Picture crop_;
};

}  // namespace ag::predict
