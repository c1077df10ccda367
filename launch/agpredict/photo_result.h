// What was found in a photo.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/deploy/predictor.h"
#include "framework/vision/face_finder.h"
#include "launch/agpredict/photo_list.h"

namespace ag::predict {

struct AnsweredFace {
  vision::Face face;
  deploy::FaceAnswer answer;
};

struct PhotoResult {
  PhotoSource source;
  std::optional<std::string> complaint;  // then nothing else is known
  int width = 0;                         // pixels
  int height = 0;                        // pixels
  std::vector<AnsweredFace> faces;       // from left to right
};

}  // namespace ag::predict
