// agtrack plot: the curves of several runs, in the terminal or as SVG.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "tracking/agtrack/command.h"
#include "tracking/curves.h"
#include "tracking/report/svg_chart.h"
#include "tracking/report/terminal_chart.h"

namespace ag::tracking {
namespace {

constexpr std::size_t kRunsPlotted = 4;

constexpr const char* kPlotExamples =
    "  agtrack plot                        the latest runs of the latest experiment\n"
    "  agtrack plot 7f3a 91bc --svg curves.svg\n"
    "  agtrack plot 7f3a --metric step/loss --metric step/lr\n"
    "  agtrack plot --metric val/loss --x minutes\n";

class PlotCommand final : public Command {
 public:
  void add_options(CLI::App& app) {
    app.add_option("runs", ids_, "Ids of the runs, or their beginnings; the latest ones without");
    app.add_option("-m,--metric", metrics_,
                   "Metric to plot, may be repeated; step/loss, step/lr, step/seconds, "
                   "step/data_wait and step/comm_wait are of every step");
    app.add_option("-e,--experiment", experiment_, "The latest runs of this experiment");
    app.add_option("-n,--last", count_, "So many of the latest; 0: all")->capture_default_str();
    app.add_option("--x", x_, "What runs along the horizontal axis")
        ->check(CLI::IsMember({"epoch", "step", "minutes"}))
        ->capture_default_str();
    app.add_option("--smooth", smooth_,
                   "Draw step/… as means over so many steps; 1: every step, 0: a hundred points")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--height", rows_, "Rows of each panel in the terminal")
        ->check(CLI::Range(kLeastRows, kMostRows))
        ->capture_default_str();
    app.add_option("--svg", svg_, "Write an SVG file instead");
  }

  void run(Context& context) override {
    const std::vector<Run> runs = choose_runs(context.database, ids_, experiment_, count_);
    for (const std::string& metric : metrics_) {
      if (!is_step_metric(metric)) require_metric(context.database, runs, metric);
    }
    const report::Chart chart =
        curves(context.database, runs, metrics_.empty() ? usual_curves() : metrics_,
               {.axis = axis(), .smooth_steps = smooth_});
    if (chart.panels.empty()) {
      throw Error("", "these runs have logged nothing to plot yet");
    }
    if (svg_.empty()) return print(report::to_text(chart, context.terminal, rows_));
    write_file_atomically(svg_, report::to_svg(chart));
    print(fmt::format("wrote {}\n", svg_));
  }

 private:
  static constexpr int kLeastRows = 4;
  static constexpr int kMostRows = 100;

  XAxis axis() const {
    if (x_ == "step") return XAxis::kStep;
    return x_ == "minutes" ? XAxis::kMinutes : XAxis::kEpoch;
  }

  std::vector<std::string> ids_;
  std::vector<std::string> metrics_;
  std::optional<std::string> experiment_;
  std::size_t count_ = kRunsPlotted;
  std::string x_ = "epoch";
  std::int64_t smooth_ = 0;
  int rows_ = report::kPanelRows;
  std::string svg_;
};

}  // namespace

RegisteredCommand register_plot(CLI::App& program) {
  auto command = std::make_unique<PlotCommand>();
  CLI::App& app =
      add_command(program, "plot", "Draw the curves of runs, here or as SVG", kPlotExamples);
  command->add_options(app);
  return {&app, std::move(command)};
}

}  // namespace ag::tracking
