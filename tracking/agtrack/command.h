// What the commands of agtrack have in common: the options that all of them take, the open
// database, and the way a command joins the program.
#pragma once

#include <SQLiteCpp/Database.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tracking/query.h"
#include "tracking/report/terminal.h"

namespace ag::tracking {

// What a command works with while it runs.
struct Context {
  SQLite::Database database;
  std::filesystem::path path;
  report::Terminal terminal;
};

// How a command answers: a table for people, or one of these for programs.
struct Format {
  bool json = false;
  bool csv = false;
};

class Command {
 public:
  virtual ~Command() = default;
  // Prints the answer to stdout. Throws Error.
  virtual void run(Context& context) = 0;
};

struct RegisteredCommand {
  CLI::App* app = nullptr;
  std::unique_ptr<Command> command;
};

RegisteredCommand register_list(CLI::App& program);
RegisteredCommand register_show(CLI::App& program);
RegisteredCommand register_compare(CLI::App& program);
RegisteredCommand register_plot(CLI::App& program);
RegisteredCommand register_best(CLI::App& program);
RegisteredCommand register_export(CLI::App& program);

// Adds a subcommand with its options to fill, and a text with examples for its end of --help.
CLI::App& add_command(CLI::App& program, const std::string& name, const std::string& description,
                      const std::string& examples);
void add_json(CLI::App& app, Format& format);
void add_csv(CLI::App& app, Format& format);

// The runs that a command is about: those of `ids` in their order, else the latest `count` of
// `experiment` (of the newest run's experiment where none is named), oldest first. Of several,
// those that have measured nothing yet are left out where others have. Throws usage_error where
// there are none.
std::vector<Run> choose_runs(SQLite::Database& database, const std::vector<std::string>& ids,
                             const std::optional<std::string>& experiment, std::size_t count);

// Throws usage_error that names the nearest unless one of the runs has such a metric.
void require_metric(SQLite::Database& database, const std::vector<Run>& runs,
                    const std::string& metric);

// Writes to stdout; throws system_error where that fails.
void print(const std::string& text);

}  // namespace ag::tracking
