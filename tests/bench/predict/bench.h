// What predicting costs, measured on demand, so that peers can be measured in between: each line of
// standard input is a question, each line of standard output its answer, both JSON.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

namespace ag::bench {

// Answers one question.
using Answerer = std::function<nlohmann::json(const nlohmann::json& question)>;

struct NetworkOptions {
  std::filesystem::path checkpoint;
  std::filesystem::path pictures;  // safetensors: "pictures" [N, 3, S, S] in [-1, 1]
  int threads = 1;
  bool fold = false;
  std::string precision = "fp32";
};

// Of the first 32 pictures at once:
// {"batch": 32, "seconds": 1, "fewest": 2}  ->  {"seconds": 0.1, "calls": 10}
// {"batch": 32}                             ->  {"age_years": […], "male": […]}
// And of one picture and one core:
// {"bounds": true}                          ->  {"macs": 5.7e8, "operations_per_second": 9e10}
Answerer network_answerer(const NetworkOptions& options);

struct FacesOptions {
  std::filesystem::path landmarks;  // dlib's file
  std::vector<std::filesystem::path> photos;
};

// Of all photos once, and of all faces in them once:
// {"upsampling": 1, "seconds": 1, "fewest": 2}  ->  {"detect_seconds": 2, "landmark_seconds": 0.01}
// {"upsampling": 1}                             ->  {"faces": [[[left, top, width, height], …], …]}
Answerer faces_answerer(const FacesOptions& options);

}  // namespace ag::bench
