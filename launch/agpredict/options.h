// What the command line of agpredict says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "tracking/report/terminal.h"

namespace ag::predict {

enum class Command { kPhotos, kEvaluate };
enum class Form { kText, kJson, kCsv };

// Which network answers, and how it computes: the same for both commands.
struct NetworkOptions {
  std::string checkpoint;  // a file, a run's folder or id; "" where `run` is given
  std::string run;         // an id in the tracking database
  std::optional<std::string> database;
  std::filesystem::path runs = "runs";   // where checkpoint's ids are looked for
  std::optional<std::string> precision;  // as trained where it isn't given
  bool fold = false;
  bool flip = false;
  std::int64_t batch = 64;   // faces
  std::int64_t threads = 0;  // 0: as many as there are cores
};

struct Options {
  Command command = Command::kPhotos;
  NetworkOptions network;
  report::ColourChoice colour = report::ColourChoice::kAuto;

  // Photos.
  std::vector<std::string> photos;  // files, folders, patterns, "-"
  std::optional<std::filesystem::path> out;
  Form form = Form::kText;
  std::string detector = "hog";    // hog, cnn, none
  std::string landmarks = "auto";  // auto, 68, 5, none
  std::filesystem::path models;    // the folder of dlib's files
  std::optional<int> upsampling;   // by the photo's size where it isn't given
  double least_score = 0;
  std::optional<double> margin;  // the network's own where it isn't given

  // Evaluation.
  std::string dataset;
  std::string split = "val";
  std::optional<std::filesystem::path> html;
  std::optional<std::filesystem::path> csv;
  std::int64_t worst = 24;  // pictures on the page
  bool track = true;
};

// Reads the command line. Where it asks for help or the version, or is wrong, prints what is due
// and gives the exit code; otherwise fills `options` and gives nothing.
std::optional<ExitCode> parse_command_line(int argc, char** argv, Options& options);

}  // namespace ag::predict
