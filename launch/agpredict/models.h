// Where dlib's files with landmarks and faces lie: launch/setup.sh --landmarks fetches them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "framework/vision/face_finder.h"
#include "launch/agpredict/options.h"

namespace ag::predict {

// $AG_FACE_MODELS, else .deps/face_models beside the program's own build, else
// share/agtrain/face_models where it is installed.
std::filesystem::path default_models_folder();

// The file of 68 or of 5 points that the options ask for; none where they ask for none, or leave it
// open and it isn't there. Throws Error where it is asked for and isn't there.
std::optional<vision::LandmarkPredictor> read_landmarks(const Options& options);

vision::FaceFinderOptions finder_options(const Options& options,
                                         const vision::LandmarkPredictor* landmarks, double margin);

}  // namespace ag::predict
