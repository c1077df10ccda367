#include "tracking/report/colour_option.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace ag::report {

void add_colour(CLI::App& app, ColourChoice& choice) {
  const std::map<std::string, ColourChoice> choices = {{"auto", ColourChoice::kAuto},
                                                       {"always", ColourChoice::kAlways},
                                                       {"never", ColourChoice::kNever}};
  app.add_option("--color", choice, "auto, always or never; auto heeds NO_COLOR")
      ->transform(CLI::CheckedTransformer(choices, CLI::ignore_case).description(""))
      ->type_name("WHEN");
}

}  // namespace ag::report
