#include "launch/agpredict/evaluate_job.h"

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

#include "framework/core/atomic_file.h"
#include "framework/core/progress.h"
#include "framework/core/text.h"
#include "framework/data/jpeg.h"
#include "framework/loader/loader.h"
#include "framework/train/evaluate.h"
#include "launch/agpredict/trained_predictor.h"
#include "launch/evaluation_report/csv_report.h"
#include "launch/evaluation_report/html_report.h"
#include "launch/evaluation_report/text_report.h"
#include "tracking/database.h"
#include "tracking/query.h"
#include "tracking/run_store.h"
#include "tracking/tracking_config.h"

namespace ag::predict {
namespace {

constexpr int kQualityOfRawPictures = 90;

data::Split split_of(const std::string& name) {
  for (const data::Split split : {data::Split::kTrain, data::Split::kValidation}) {
    if (name == data::split_name(split)) return split;
  }
  return data::Split::kTest;
}

// One of the pictures, what is true of it and what the network says.
evaluation::Answer joined(std::int64_t index, const data::SampleLabels& truth,
                          const deploy::FaceAnswer& told) {
  evaluation::Answer answer = {.index = index,
                               .source = truth.source,
                               .age = truth.age,
                               .gender = truth.gender,
                               .told_age = told.age,
                               .low = {},
                               .high = {},
                               .male = told.male,
                               .named_age = told.named_age};
  if (told.range) {
    answer.low = told.range->low;
    answer.high = told.range->high;
  }
  return answer;
}

// Asked as training's own validation asks: the same loader, in batches of the same size.
std::vector<evaluation::Answer> ask_about(const data::Dataset& dataset, data::Split split,
                                          const TrainedPredictor& network) {
  data::DatasetConfig config;
  config.path = dataset.folder().string();
  config.size = network.size;
  config.cache_mb = 0;  // each picture is read once
  loader::Loader loader(
      dataset, config, {},
      {.split = split, .global_batch = train::kEvaluationBatch, .training = false});
  std::vector<evaluation::Answer> answers;
  Progress progress("pictures", dataset.size(split));
  loader.start(0);
  for (std::int64_t step = 0; step < loader.plan().steps(); ++step) {
    const loader::Batch& batch = loader.next();
    const std::vector<deploy::FaceAnswer> told = network.predictor->answer(batch.pictures);
    for (std::size_t row = 0; row < static_cast<std::size_t>(batch.real); ++row) {
      const std::int64_t index = batch.samples[row];
      answers.push_back(joined(index, dataset.labels(split, index), told[row]));
    }
    progress.update(static_cast<std::int64_t>(answers.size()));
  }
  progress.clear();
  return answers;
}

std::string jpeg_of(const data::Dataset& dataset, data::Split split,
                    const evaluation::Answer& answer) {
  const data::SampleView view = dataset.sample(split, answer.index);
  const auto* bytes = reinterpret_cast<const char*>(view.picture.data());
  if (dataset.info().encoding == data::Encoding::kJpeg) return {bytes, view.picture.size()};
  const auto* pixels = reinterpret_cast<const std::uint8_t*>(bytes);
  const std::vector<std::byte> jpeg = data::encode_jpeg(
      {view.width, view.height, {pixels, pixels + view.picture.size()}}, kQualityOfRawPictures);
  return {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()};
}

// "val@imdb": apart from what training tells of its own validation pictures.
std::string prefix_of(const evaluation::Subject& subject) {
  return fmt::format("{}@{}", subject.split, subject.dataset);
}

// Puts the figures beside the run's own. Returns what is to be said of it.
std::string track(const Options& options, const TrainedPredictor& network,
                  const evaluation::Evaluation& evaluation, const evaluation::Subject& subject) {
  const std::filesystem::path path = tracking::database_path(options.network.database);
  const std::string& id = network.state.run_id;
  if (!std::filesystem::exists(path))
    return fmt::format("not tracked: there is no database {}", path.string());
  SQLite::Database database = tracking::open_for_writing(path);
  const std::optional<tracking::Run> run = tracking::run_of_id(database, id);
  if (!run) return fmt::format("not tracked: {} has no run {}", path.string(), id);
  SQLite::Transaction transaction(database);
  tracking::RunStore store(database);
  for (const auto& [name, value] : evaluation::named_metrics(evaluation, prefix_of(subject))) {
    store.write(run->key, tracking::MetricEntry{.row = {.epoch = network.state.cursor.epoch,
                                                        .step = network.state.cursor.steps,
                                                        .name = name,
                                                        .value = value},
                                                .time = tracking::now_seconds()});
  }
  transaction.commit();
  return fmt::format("tracked in {} with run {}: agtrack show {}", path.string(), id, id);
}

}  // namespace

ExitCode run_evaluation(const Options& options) {
  const data::Dataset dataset = data::Dataset::open(options.dataset);
  const data::Split split = split_of(options.split);
  if (dataset.size(split) == 0) {
    throw usage_error("--split",
                      fmt::format("{} has no {} pictures", options.dataset, options.split),
                      "name another split");
  }
  const TrainedPredictor network = read_predictor(options.network);
  const std::vector<evaluation::Answer> answers = ask_about(dataset, split, network);
  const evaluation::Evaluation evaluation =
      evaluation::evaluate(answers, static_cast<std::size_t>(options.worst));
  const evaluation::Subject subject = {.checkpoint = network.checkpoint.string(),
                                       .dataset = dataset.info().name,
                                       .split = options.split,
                                       .date = local_date(std::time(nullptr))};
  fmt::print("{}",
             evaluation::to_text(evaluation, subject, report::terminal_of(stdout, options.colour)));
  if (options.csv) write_file_atomically(*options.csv, evaluation::to_csv(answers));
  if (options.html) {
    write_file_atomically(*options.html,
                          evaluation::to_html(evaluation, subject, [&](const auto& answer) {
                            return jpeg_of(dataset, split, answer);
                          }));
    fmt::print("wrote {}\n", options.html->string());
  }
  if (options.track) fmt::print("{}\n", track(options, network, evaluation, subject));
  return ExitCode::kDone;
}

}  // namespace ag::predict
