// agtrack best: the run that did best by a metric, and the checkpoint that holds it.
#include <fmt/format.h>

#include <filesystem>

#include "framework/core/error.h"
#include "framework/core/text.h"
#include "tracking/agtrack/command.h"
#include "tracking/agtrack/words.h"
#include "tracking/comparison.h"
#include "tracking/report/number.h"

namespace ag::tracking {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kBestExamples =
    "  agtrack best                                       by val/age_mae, of all runs\n"
    "  agtrack best --metric val/gender_accuracy --experiment faces\n"
    "  agtrack show $(agtrack best --id)\n"
    "  cp $(agtrack best --path) best.safetensors\n";

class BestCommand final : public Command {
 public:
  void add_options(CLI::App& app) {
    app.add_option("-m,--metric", metric_, "What to judge by")->capture_default_str();
    app.add_option("-e,--experiment", filter_.experiment, "Only runs of this experiment");
    auto* path = app.add_flag("--path", path_only_, "Print the checkpoint's path alone");
    app.add_flag("--id", id_only_, "Print the run's id alone")->excludes(path);
    add_json(app, format_);
  }

  void run(Context& context) override {
    const std::vector<Run> runs = find_runs(context.database, filter_);
    if (runs.empty()) throw Error("", "no run matches", "agtrack list shows what there is");
    require_metric(context.database, runs, metric_);
    const std::optional<BestRun> best = best_run(context.database, runs, metric_);
    if (!best) throw Error("", fmt::format("no run has a finite {}", metric_));
    if (format_.json) return print(to_text(as_json(*best)));
    if (id_only_) return print(best->run.id + "\n");
    if (path_only_) return print(checkpoint_of(*best) + "\n");
    print(as_text(*best, context.terminal));
  }

 private:
  static std::string checkpoint_of(const BestRun& best) {
    if (!best.checkpoint) {
      throw Error("", fmt::format("run {} has saved no checkpoint", best.run.id));
    }
    std::error_code ignored;
    if (!std::filesystem::exists(best.checkpoint->path, ignored)) {
      throw Error(best.checkpoint->path,
                  fmt::format("the checkpoint of run {} isn't there any more", best.run.id));
    }
    return best.checkpoint->path;
  }

  std::string as_text(const BestRun& best, const report::Terminal& terminal) const {
    std::string text = fmt::format(
        "{}  {}  {} {} at epoch {} of {}\n",
        report::toned(best.run.id, report::Tone::kBold, terminal), best.run.name, metric_,
        report::toned(report::short_number(best.point.value), report::Tone::kGood, terminal),
        best.point.epoch, best.run.total_epochs);
    if (!best.checkpoint) return text + "no checkpoint\n";
    text += short_path(best.checkpoint->path) + "\n";
    if (best.checkpoint->step != best.point.step) {
      text += report::toned(fmt::format("that checkpoint is of step {}; the best {} was at step {}",
                                        with_thousands(best.checkpoint->step), metric_,
                                        with_thousands(best.point.step)),
                            report::Tone::kWarn, terminal) +
              "\n";
    }
    return text;
  }

  Json as_json(const BestRun& best) const {
    Json json = json_of(best.run);
    json["metric"] = metric_;
    json["best"] = json_of(best.point);
    json["checkpoint"] = nullptr;
    if (best.checkpoint) {
      json["checkpoint"] = {{"path", best.checkpoint->path},
                            {"step", best.checkpoint->step},
                            {"kind", best.checkpoint->kind}};
    }
    return json;
  }

  std::string metric_ = "val/age_mae";
  RunFilter filter_;
  bool path_only_ = false;
  bool id_only_ = false;
  Format format_;
};

}  // namespace

RegisteredCommand register_best(CLI::App& program) {
  auto command = std::make_unique<BestCommand>();
  CLI::App& app = add_command(program, "best", "Name the best run by a metric, and its checkpoint",
                              kBestExamples);
  command->add_options(app);
  return {&app, std::move(command)};
}

}  // namespace ag::tracking
