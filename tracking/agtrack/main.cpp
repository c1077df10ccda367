// agtrack: looks into the database that runs are tracked in.
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "framework/command_line/answer.h"
#include "framework/core/error.h"
#include "framework/core/program.h"
#include "framework/core/version.h"
#include "tracking/agtrack/command.h"
#include "tracking/database.h"
#include "tracking/pending_file.h"
#include "tracking/report/colour_option.h"
#include "tracking/tracking_config.h"

namespace ag::tracking {
namespace {
namespace fs = std::filesystem;

struct ProgramOptions {
  std::optional<std::string> database;
  report::ColourChoice colour = report::ColourChoice::kAuto;
};

constexpr const char* kMainExamples =
    "Examples:\n"
    "  agtrack list                      every run, newest first\n"
    "  agtrack compare                   the latest runs side by side\n"
    "  agtrack plot --svg curves.svg     their curves as a picture\n"
    "  agtrack best --path               the best checkpoint there is\n"
    "\n"
    "The database is --db, else AG_TRACKING_DB, else runs/tracking.db.\n"
    "agtrack COMMAND --help tells more.";

void add_options(CLI::App& app, ProgramOptions& options) {
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("agtrack {}", kVersion));
  app.footer(kMainExamples);
  app.add_option("--db", options.database, "Tracking database to read");
  report::add_colour(app, options.colour);
}

// Rows that a run couldn't write belong to what is shown. Where they can't be put into the database
// now, the rest is shown all the same.
void merge_what_waits(SQLite::Database& database, bool writable, const fs::path& path) {
  if (pending_files(path).empty()) return;
  std::string why = "it may only be read";
  try {
    if (writable) {
      merge_pending(database, path);
      return;
    }
  } catch (const SQLite::Exception& failure) {
    why = failure.what();
  }
  fmt::print(stderr, "agtrack: {}: rows wait to be put into it, but {}\n", path.string(), why);
}

void run(const ProgramOptions& options, Command& command) {
  const fs::path path = database_path(options.database);
  ReadableDatabase opened = open_for_reading(path);
  merge_what_waits(opened.database, opened.writable, path);
  Context context{std::move(opened.database), path, report::terminal_of(stdout, options.colour)};
  command.run(context);
}

ExitCode main_of(int argc, char** argv) {
  CLI::App app("Look into the database that training runs are tracked in", "agtrack");
  ProgramOptions options;
  add_options(app, options);
  std::array<RegisteredCommand, 6> commands = {register_list(app),    register_show(app),
                                               register_compare(app), register_plot(app),
                                               register_best(app),    register_export(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& help_or_mistake) {
    return command_line::answer(app, help_or_mistake);
  }
  try {
    for (RegisteredCommand& one : commands) {
      if (one.app->parsed()) run(options, *one.command);
    }
  } catch (const SQLite::Exception& error) {
    throw Error(database_path(options.database), error.what());
  }
  return ExitCode::kDone;
}

}  // namespace
}  // namespace ag::tracking

int main(int argc, char** argv) {
  return ag::run_program("agtrack", [&] { return ag::tracking::main_of(argc, argv); });
}
