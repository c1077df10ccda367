#include "launch/agpredict/options.h"

#include <CLI/CLI.hpp>

#include "framework/command_line/answer.h"
#include "framework/core/version.h"
#include "framework/vision/face_detector.h"
#include "launch/agpredict/models.h"
#include "tracking/report/colour_option.h"

namespace ag::predict {
namespace {

constexpr const char* kExamples = R"(
Examples:
  agpredict party.jpg --checkpoint runs/7f3a/best.safetensors          a line for each face
  agpredict ~/Pictures --run 7f3a --out annotated                      and a copy of each photo, drawn on
  agpredict 'album/*.jpg' --run 7f3a --json > faces.jsonl              a line of JSON for each photo
  agpredict crops/ --run 7f3a --no-detect --csv                        pictures that are faces' crops already
  agpredict evaluate 7f3a data/imdb --html report.html                 how well it does, and for whom

A photo is JPEG or PNG. Faces are found by dlib; with its landmark files (launch/setup.sh --landmarks) their
exact extent is. A face is cut out as the network's training pictures were. Nothing is sent anywhere.

Exit codes: 0 done, 1 some photos couldn't be read (each has its line), 2 bad usage.)";

constexpr std::int64_t kMostBatch = 4096;
constexpr std::int64_t kMostThreads = 1024;
constexpr double kMostMargin = 4;

void add_network(CLI::App& app, NetworkOptions& options) {
  app.add_option("--precision", options.precision, "as it was trained in, by default")
      ->check(CLI::IsMember({"fp32", "bf16"}));
  app.add_flag("--fold", options.fold, "make BatchNorms part of the convolutions before them");
  app.add_flag("--flip", options.flip,
               "ask about each face's mirror image, too, and tell the mean");
  app.add_option("--threads", options.threads, "0: as many as there are cores")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, kMostThreads));
  app.add_option("--runs", options.runs, "the folder that a run's id is looked for in")
      ->capture_default_str();
  app.add_option("--db", options.database, "the tracking database; else $AG_TRACKING_DB");
}

void add_photos(CLI::App& app, Options& options) {
  app.add_option("PHOTO", options.photos, "a file, a folder, a pattern, or - for standard input");
  auto* checkpoint = app.add_option("--checkpoint", options.network.checkpoint,
                                    "the network: a file, a run's folder or its id");
  app.add_option("--run", options.network.run,
                 "the best checkpoint of a run in the tracking database")
      ->type_name("ID")
      ->excludes(checkpoint);
  app.add_option("--out", options.out, "write a copy of each photo there, with its faces drawn in")
      ->type_name("FOLDER");
  app.add_option("--batch", options.network.batch,
                 "faces that the network is asked about at a time")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, kMostBatch));
  auto* json = app.add_flag_callback(
      "--json", [&] { options.form = Form::kJson; }, "a line of JSON for each photo");
  app.add_flag_callback(
         "--csv", [&] { options.form = Form::kCsv; }, "a row for each face")
      ->excludes(json);
}

void add_detection(CLI::App& app, Options& options) {
  auto* detector =
      app.add_option("--detector", options.detector,
                     "hog: frontal faces. cnn: from any side, slower by far. none: see --no-detect")
          ->capture_default_str()
          ->check(CLI::IsMember({"hog", "cnn", "none"}));
  app.add_flag_callback(
         "--no-detect", [&] { options.detector = "none"; }, "the pictures are faces' crops already")
      ->excludes(detector);
  app.add_option("--upsample", options.upsampling,
                 "how often a photo is doubled in size before the search, for small faces; by "
                 "default once up to 2 megapixels")
      ->check(CLI::Range(0, vision::kMostUpsampling));
  app.add_option("--landmarks", options.landmarks,
                 "68: the face's exact extent. 5: the face is turned upright. none: the detector's "
                 "box. auto: 68 where its file is there")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "68", "5", "none"}));
  app.add_option("--models", options.models, "the folder of dlib's files; else $AG_FACE_MODELS")
      ->default_str(default_models_folder().string());
  app.add_option("--min-score", options.least_score,
                 "leave out faces that the detector is less sure of")
      ->capture_default_str();
  app.add_option("--margin", options.margin,
                 "how much of its box a crop adds on each side; by default as in training")
      ->check(CLI::Range(0.0, kMostMargin));
}

void add_evaluate(CLI::App& app, Options& options) {
  CLI::App* evaluate =
      app.add_subcommand("evaluate", "Measure a network on a data set, by age and gender");
  evaluate->callback([&options] { options.command = Command::kEvaluate; });
  evaluate->add_option("CHECKPOINT", options.network.checkpoint, "a file, a run's folder or its id")
      ->required();
  evaluate->add_option("DATASET", options.dataset, "a folder that agprep wrote")->required();
  evaluate->add_option("--split", options.split, "train, val or test")
      ->capture_default_str()
      ->check(CLI::IsMember({"train", "val", "test"}));
  evaluate->add_option("--html", options.html, "write a page with pictures that stands alone")
      ->type_name("FILE");
  evaluate->add_option("--csv", options.csv, "write a row for each picture")->type_name("FILE");
  evaluate->add_option("--worst", options.worst, "how many of the worst errors the page shows")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));
  evaluate->add_flag_callback(
      "--no-track", [&options] { options.track = false; },
      "keep the figures out of the tracking database");
  add_network(*evaluate, options.network);
  report::add_colour(*evaluate, options.colour);
}

void require_network_and_photos(const Options& options) {
  if (options.command != Command::kPhotos) return;
  if (options.photos.empty()) throw CLI::RequiredError("PHOTO");
  if (options.network.checkpoint.empty() && options.network.run.empty())
    throw CLI::RequiredError("--checkpoint or --run");
}

}  // namespace

std::optional<ExitCode> parse_command_line(int argc, char** argv, Options& options) {
  CLI::App app("Tells age and gender of the faces in photos.", "agpredict");
  app.footer(kExamples);
  app.set_version_flag("--version", std::string("agpredict ") + kVersion);
  options.models = default_models_folder();
  add_photos(app, options);
  add_detection(app, options);
  add_network(app, options.network);
  report::add_colour(app, options.colour);
  add_evaluate(app, options);
  try {
    app.parse(argc, argv);
    require_network_and_photos(options);
  } catch (const CLI::ParseError& stop) {
    return command_line::answer(app, stop, options.photos.empty() ? "" : options.photos.front());
  }
  return std::nullopt;
}

}  // namespace ag::predict
