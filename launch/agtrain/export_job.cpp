#include "launch/agtrain/export_job.h"

#include <fmt/format.h>

#include "framework/core/atomic_file.h"
#include "framework/core/text.h"
#include "launch/agtrain/export_forms.h"

namespace ag::launch {
namespace fs = std::filesystem;
namespace {

fs::path file_beside(const TrainedNetwork& subject, const ExportOptions& options) {
  fs::path file = subject.checkpoint.path();
  if (options.to == "onnx") return file.replace_extension(options.int8 ? ".int8.onnx" : ".onnx");
  if (options.to == "keras-h5") return file.replace_extension(".h5");
  return file.replace_extension(fmt::format(".{}.safetensors", names_of(subject, options)));
}

Exported write(const TrainedNetwork& subject, const ExportOptions& options, const fs::path& out) {
  if (options.to == "onnx") return export_onnx(subject, options, out);
  if (options.to == "keras-h5") return export_keras(subject, options, out);
  return export_safetensors(subject, options, out);
}

std::string card_of(const TrainedNetwork& subject, const Exported& exported) {
  const train::TrainingState& state = subject.checkpoint.state();
  std::string text = state.model_card.empty()
                         ? fmt::format(
                               "# {}, run {}\n\nNo validation pictures had been looked at when "
                               "this checkpoint was saved: nothing is known of how well it "
                               "does.\n",
                               state.run_name, state.run_id)
                         : state.model_card;
  text +=
      fmt::format("\n## The file {}\n\n{} of {}, as it was after step {}.\n\n```python\n{}\n```\n",
                  exported.file.filename().string(), exported.what, subject.title(),
                  state.cursor.steps, exported.how_to_load);
  if (!exported.measured.empty()) text += "\n" + exported.measured;
  return text;
}

}  // namespace

ExitCode run_export(const ExportOptions& options) {
  const TrainedNetwork subject = read_trained_network(options.checkpoint, options.runs);
  const fs::path out = options.out.empty() ? file_beside(subject, options) : options.out;
  std::error_code not_there;
  if (fs::equivalent(out, subject.checkpoint.path(), not_there)) {
    throw usage_error(out, "is the checkpoint itself", "give another name by --out");
  }
  const Exported exported = write(subject, options, out);
  const fs::path card = out.string() + ".md";
  write_file_atomically(card, card_of(subject, exported));
  if (!exported.measured.empty()) fmt::print("{}\n", exported.measured);
  fmt::print("wrote {} ({}): {}, {}\nand its model card {}; load it by\n\n{}\n", out.string(),
             short_bytes(fs::file_size(out)), subject.title(), exported.what, card.string(),
             exported.how_to_load);
  return ExitCode::kDone;
}

}  // namespace ag::launch
