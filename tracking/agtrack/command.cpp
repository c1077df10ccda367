#include "tracking/agtrack/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "framework/core/error.h"
#include "framework/core/text.h"
#include "tracking/comparison.h"

namespace ag::tracking {

CLI::App& add_command(CLI::App& program, const std::string& name, const std::string& description,
                      const std::string& examples) {
  CLI::App* app = program.add_subcommand(name, description);
  app->footer("Examples:\n" + examples);
  app->fallthrough();
  return *app;
}

void add_json(CLI::App& app, Format& format) {
  app.add_flag("--json", format.json, "Print JSON, with every digit");
}

void add_csv(CLI::App& app, Format& format) {
  app.add_flag("--csv", format.csv, "Print CSV, with every digit");
}

std::vector<Run> choose_runs(SQLite::Database& database, const std::vector<std::string>& ids,
                             const std::optional<std::string>& experiment, std::size_t count) {
  std::vector<Run> runs;
  for (const std::string& id : ids) {
    Run run = find_run(database, id);
    if (std::ranges::find(runs, run.id, &Run::id) == runs.end()) runs.push_back(std::move(run));
  }
  if (!ids.empty()) return runs;
  runs = find_runs(database);
  if (runs.empty()) throw usage_error("", "the database has no run yet");
  const std::string group = experiment.value_or(runs.front().experiment);
  std::vector<std::string> groups;
  groups.reserve(runs.size());
  for (const Run& run : runs) groups.push_back(run.experiment);
  std::erase_if(runs, [&group](const Run& run) { return run.experiment != group; });
  if (runs.empty()) {
    const std::string near = nearest_word(group, groups);
    throw usage_error(
        "--experiment", fmt::format("no run of an experiment '{}'", group),
        near.empty() ? "agtrack list shows what there is" : fmt::format("did you mean {}?", near));
  }
  const auto measured = [](const Run& run) { return run.epochs > 0; };
  if (count != 1 && std::ranges::any_of(runs, measured)) {
    std::erase_if(runs, [&](const Run& run) { return !measured(run); });
  }
  if (count > 0 && runs.size() > count) runs.resize(count);
  std::ranges::reverse(runs);
  return runs;
}

void require_metric(SQLite::Database& database, const std::vector<Run>& runs,
                    const std::string& metric) {
  std::vector<std::string> names = metric_names(database, runs);
  if (std::ranges::find(names, metric) != names.end()) return;
  sort_metrics(names);
  const std::string near = nearest_word(metric, names);
  throw usage_error("--metric", fmt::format("no run here has '{}'", metric),
                    near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                                 : fmt::format("did you mean {}?", near));
}

void print(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) throw system_error("write", "stdout");
}

}  // namespace ag::tracking
