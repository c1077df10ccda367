#include "launch/agpredict/models.h"

#include <fmt/format.h>

#include <cstdlib>

namespace ag::predict {
namespace fs = std::filesystem;
namespace {

constexpr char kCnn[] = "mmod_human_face_detector.dat";

fs::path landmark_file(const fs::path& models, const std::string& points) {
  return models / fmt::format("shape_predictor_{}_face_landmarks.dat", points);
}

fs::path require(const fs::path& file, const std::string& option) {
  if (fs::exists(file)) return file;
  throw usage_error(option, fmt::format("{} isn't there", file.string()),
                    "fetch it by launch/setup.sh --landmarks, or name its folder by --models");
}

}  // namespace

fs::path default_models_folder() {
  if (const char* told = std::getenv("AG_FACE_MODELS")) return told;
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  if (unknown) return "face_models";
  const fs::path prefix = program.parent_path().parent_path();  // of build/bin or of bin
  const fs::path beside_build = prefix.parent_path() / ".deps" / "face_models";
  return fs::exists(beside_build) ? beside_build : prefix / "share" / "agtrain" / "face_models";
}

std::optional<vision::LandmarkPredictor> read_landmarks(const Options& options) {
  if (options.detector == "none" || options.landmarks == "none") return std::nullopt;
  if (options.landmarks == "auto") {
    const fs::path file = landmark_file(options.models, "68");
    if (!fs::exists(file)) return std::nullopt;
    return vision::LandmarkPredictor(file);
  }
  return vision::LandmarkPredictor(
      require(landmark_file(options.models, options.landmarks), "--landmarks"));
}

vision::FaceFinderOptions finder_options(const Options& options,
                                         const vision::LandmarkPredictor* landmarks,
                                         double margin) {
  vision::FaceFinderOptions finder;
  if (options.detector == "none") finder.detector = vision::DetectorKind::kNone;
  if (options.detector == "cnn") {
    finder.detector = vision::DetectorKind::kCnn;
    finder.cnn_model = require(options.models / kCnn, "--detector cnn");
  }
  finder.upsampling = options.upsampling;
  finder.least_score = options.least_score;
  finder.landmarks = landmarks;
  finder.margin = margin;
  return finder;
}

}  // namespace ag::predict
