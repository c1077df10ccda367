#include "framework/command_line/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <vector>

#include "framework/core/text.h"

namespace ag::command_line {
namespace {

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const bool hidden = command->get_group().empty();
    if (!hidden) names.push_back(command->get_name());
  }
  return names;
}

// Where no command was found, `word` may be a mistyped one.
std::optional<std::string> complaint_about_command(const CLI::App& app, const std::string& word) {
  const std::vector<std::string> commands = commands_of(app);
  const std::string near = word.empty() ? "" : nearest_word(word, commands);
  if (!near.empty()) return fmt::format("no command '{}'; did you mean {}?", word, near);
  if (app.get_require_subcommand_min() == 0) return std::nullopt;
  return fmt::format("no command{}; the commands are {}",
                     word.empty() ? "" : fmt::format(" '{}'", word), fmt::join(commands, ", "));
}

std::string complaint(const CLI::App& app, const CLI::ParseError& error, std::string word) {
  const std::vector<CLI::App*> parsed = app.get_subcommands();
  const std::vector<std::string> left = app.remaining(/*recurse=*/true);
  const bool option_left = !left.empty() && left.front().starts_with('-');
  const bool of_words = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                        dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (word.empty() && !left.empty() && !option_left) word = left.front();
  if (of_words && parsed.empty() && (!option_left || !word.empty())) {
    if (auto text = complaint_about_command(app, word)) return *text;
  }
  // A word that nothing took explains why another one is missed.
  const std::string what = of_words && !left.empty()
                               ? fmt::format("'{}' isn't expected", fmt::join(left, " "))
                               : error.what();
  return fmt::format("{}; {} {}--help tells what there is", what, app.get_name(),
                     parsed.empty() ? "" : fmt::format("{} ", parsed.front()->get_name()));
}

}  // namespace

ExitCode answer(const CLI::App& app, const CLI::ParseError& stop, const std::string& word,
                bool aloud) {
  const bool mistake = stop.get_exit_code() != 0;
  if (aloud && mistake) {
    fmt::print(stderr, "{}: {}\n", app.get_name(), complaint(app, stop, word));
  } else if (aloud) {
    app.exit(stop);
  }
  return mistake ? ExitCode::kUsage : ExitCode::kDone;
}

}  // namespace ag::command_line
