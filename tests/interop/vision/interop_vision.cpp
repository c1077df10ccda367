// Prints the faces that this project finds in photos, a line of JSON for each photo: a list of
// {"box": [left, top, width, height], "score": …, "landmarks": [[x, y], …]}.
//
//   interop_vision hog|CNN_MODEL LANDMARK_MODEL UPSAMPLING PHOTO…
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "framework/photo/photo_reader.h"
#include "framework/vision/face_detector.h"
#include "framework/vision/landmarks.h"

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  using namespace ag::vision;
  const std::string kind = argv[1];
  const LandmarkPredictor landmarks(argv[2]);
  const int upsampling = std::atoi(argv[3]);
  const auto detector = kind == "hog" ? make_hog_detector() : make_cnn_detector(kind);
  ag::photo::PhotoReader reader;
  for (int i = 4; i < argc; ++i) {
    ag::data::Picture photo;
    if (const auto complaint = reader.read(argv[i], photo)) {
      std::fprintf(stderr, "%s: %s\n", argv[i], complaint->c_str());
      return 1;
    }
    nlohmann::json faces = nlohmann::json::array();
    for (const Detection& found : detector->find(photo, upsampling)) {
      nlohmann::json points = nlohmann::json::array();
      for (const Point& point : landmarks.predict(photo, found.box))
        points.push_back({point.x, point.y});
      faces.push_back({{"box", {found.box.left, found.box.top, found.box.width, found.box.height}},
                       {"score", found.score},
                       {"landmarks", points}});
    }
    std::printf("%s\n", faces.dump().c_str());
  }
  return 0;
}
