#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/progress.h"
#include "framework/core/text.h"
#include "framework/data/dataset.h"
#include "framework/deploy/answers.h"
#include "framework/deploy/graph_runner.h"
#include "framework/deploy/int8_kernels.h"
#include "framework/deploy/onnx_file.h"
#include "framework/deploy/quantization.h"
#include "framework/loader/loader.h"
#include "launch/agtrain/export_forms.h"

namespace ag::launch {
namespace {

constexpr std::int64_t kBatch = 64;

// What each output means, for the metadata.
std::string meaning_of(const std::string& output) {
  if (output == deploy::kAgeProbabilities) return "of 0, 1, ... 100 years";
  if (output == deploy::kAgeOlder) return "probability of being older than 0, 1, ... 99 years";
  if (output == deploy::kAgeYears) return "the age told, in years";
  return "female, male";
}

deploy::OnnxDescription description_of(const TrainedNetwork& subject, const nn::Graph& graph,
                                       bool int8) {
  const nn::PictureScaling& scaling = subject.flavour.scaling;
  const train::TrainingState& state = subject.checkpoint.state();
  deploy::OnnxDescription description = {
      .name = subject.config.experiment.model.name,
      .text = fmt::format(
          "Tells the apparent age and gender of one face that fills the picture. {}{}, trained by "
          "agtrain. Not for identifying people, nor for decisions about them.",
          subject.title(), int8 ? ", int8" : ""),
      .metadata = {
          {"model", subject.title()},
          {"flavour", subject.flavour.name},
          {"run_id", state.run_id},
          {"steps", fmt::format("{}", state.cursor.steps)},
          {"pictures.layout", "NCHW"},
          {"pictures.size", fmt::format("{0} x {0}", subject.size())},
          {"pictures.resize", "the whole crop, bilinear with antialiasing (Pillow's BILINEAR)"},
          {"pictures.colours", "red, green, blue"},
          {"pictures.scaling", "(pixel / 255 - mean) / std, per channel"},
          {"pictures.mean", fmt::format("{}", fmt::join(scaling.mean, ", "))},
          {"pictures.std", fmt::format("{}", fmt::join(scaling.std, ", "))},
      }};
  for (const nn::GraphOutput& output : graph.outputs)
    description.metadata.emplace_back(output.name, meaning_of(output.name));
  return description;
}

std::string how_to_load(const TrainedNetwork& subject, const nn::Graph& graph,
                        const std::string& file) {
  std::vector<std::string> outputs;
  for (const nn::GraphOutput& output : graph.outputs) outputs.push_back(output.name);
  return fmt::format(
      "session = onnxruntime.InferenceSession(\"{0}\")\n"
      "{1} = session.run(None, {{\"pictures\": x}})\n"
      "# x: float32 [N, 3, {2}, {2}], red, green, blue, (pixel / 255 - mean) / std "
      "with mean {3} and std {4}",
      file, fmt::join(outputs, ", "), subject.size(), fmt::join(subject.flavour.scaling.mean, " "),
      fmt::join(subject.flavour.scaling.std, " "));
}

// The pictures for calibration and validation, and what both forms say to them.
class Int8Comparison {
 public:
  Int8Comparison(const TrainedNetwork& subject, const ExportOptions& options,
                 const nn::Graph& graph)
      : subject_(subject),
        graph_(graph),
        config_(subject.config.experiment.dataset),
        dataset_(
            data::Dataset::open(options.dataset.empty() ? config_.path : options.dataset.string())),
        quantization_(calibrate(options.pictures)) {}

  const deploy::Quantization& quantization() const { return quantization_; }

  // A table of both forms, in Markdown that reads well as it is.
  std::string table(std::uint64_t float_bytes, std::uint64_t int8_bytes) const {
    const deploy::SimulatedInt8 simulated(graph_, quantization_);
    const deploy::Int8Kernels kernels(graph_, quantization_);
    const auto in_float = [this](const at::Tensor& x) { return deploy::run_graph(graph_, x); };
    const auto in_int8 = [&](const at::Tensor& x) { return simulated.run(x); };
    std::string text = header();
    text += row("file", short_bytes(float_bytes), short_bytes(int8_bytes));
    if (dataset_.size(data::Split::kValidation) > 0) {
      const deploy::Accuracy of_float = accuracy("float", in_float);
      const deploy::Accuracy of_int8 = accuracy("int8", in_int8);
      text += row("mean age error", fmt::format("{:.2f} years", of_float.age_mae),
                  fmt::format("{:.2f} years", of_int8.age_mae));
      text += row("gender right", fmt::format("{:.1f}%", 100 * of_float.gender_accuracy),
                  fmt::format("{:.1f}%", 100 * of_int8.gender_accuracy));
    }
    const at::Tensor picture = at::rand({1, 3, subject_.size(), subject_.size()});
    text += row("one picture, one thread", time_of([&] { in_float(picture); }),
                time_of([&] { kernels.run(picture); }));
    return text + footer();
  }

 private:
  static std::string row(const std::string& what, const std::string& of_float,
                         const std::string& of_int8) {
    return fmt::format("| {:<24}| {:>12} | {:>12} |\n", what, of_float, of_int8);
  }

  static std::string header() {
    return row("", "float32", "int8") +
           "| ---                     |         ---: |         ---: |\n";
  }

  std::string footer() const {
    return fmt::format(
        "\nErrors: on the {} validation pictures of {}; int8's by computing in float with values "
        "rounded as int8 has them.\nRanges: from {} training pictures. "
        "Times: LibTorch here, its {} kernels for int8; ONNX Runtime's differ.\n",
        with_thousands(dataset_.size(data::Split::kValidation)), dataset_.info().name,
        with_thousands(quantization_.pictures), deploy::Int8Kernels::engine());
  }

  static std::string time_of(const std::function<void()>& work) {
    return fmt::format("{:.2f} ms", deploy::median_milliseconds(work));
  }

  loader::Loader loader(data::Split split) const {
    const bool shuffled = split == data::Split::kTrain;  // ranges want a bit of everything
    return {dataset_, config_, {}, {.split = split, .global_batch = kBatch, .training = shuffled}};
  }

  at::Tensor scaled(const at::Tensor& pictures) const {
    return nn::scaled(subject_.flavour.scaling, pictures);
  }

  deploy::Quantization calibrate(std::int64_t pictures) const {
    loader::Loader training = loader(data::Split::kTrain);
    const std::int64_t wanted = std::min(pictures, dataset_.size(data::Split::kTrain));
    Progress progress("ranges for int8", 2 * wanted);
    std::int64_t done = 0;
    deploy::Quantization result =
        deploy::calibrate(graph_, [&](const std::function<void(const at::Tensor&)>& use) {
          training.start(0);
          for (std::int64_t left = wanted; left > 0; left -= kBatch) {
            const loader::Batch& batch = training.next();
            const std::int64_t rows = std::min(left, batch.real);
            use(scaled(batch.pictures.narrow(0, 0, rows)));
            progress.update(done += rows);
          }
        });
    progress.clear();
    return result;
  }

  deploy::Accuracy accuracy(const std::string& what, const deploy::Answerer& answer) const {
    loader::Loader validation = loader(data::Split::kValidation);
    Progress progress("validation in " + what, validation.plan().steps());
    const deploy::Accuracy result = deploy::measure_accuracy(
        [&](const at::Tensor& pictures) { return answer(scaled(pictures)); }, graph_, validation,
        [&progress](std::int64_t done, std::int64_t) { progress.update(done); });
    progress.clear();
    return result;
  }

  const TrainedNetwork& subject_;
  const nn::Graph& graph_;
  data::DatasetConfig config_;
  data::Dataset dataset_;
  deploy::Quantization quantization_;
};

}  // namespace

Exported export_onnx(const TrainedNetwork& subject, const ExportOptions& options,
                     const std::filesystem::path& out) {
  const nn::Graph graph = deploy::answering_graph(*subject.network);
  const std::string plain = deploy::onnx_bytes(graph, description_of(subject, graph, false));
  const std::string form = fmt::format("ONNX, opset {}", deploy::kOnnxOpset);
  const std::string loading = how_to_load(subject, graph, out.filename());
  if (!options.int8) {
    write_file_atomically(out, plain);
    return {out, form, loading, ""};
  }
  const Int8Comparison comparison(subject, options, graph);
  const std::string small =
      deploy::onnx_bytes(graph, description_of(subject, graph, true), &comparison.quantization());
  const std::string table = comparison.table(plain.size(), small.size());
  write_file_atomically(out, small);
  return {out, form + ", int8", loading, table};
}

}  // namespace ag::launch
