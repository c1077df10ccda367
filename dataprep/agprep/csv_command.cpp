#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "dataprep/agprep/commands.h"
#include "dataprep/agprep/pack_command.h"
#include "dataprep/people_csv.h"

namespace ag::dataprep {
namespace {

constexpr char kExamples[] =
    "The first line of FILE names its columns, in any order; others aren't looked at:\n"
    "  path      of a picture that shows one face, below the folder --images or absolute\n"
    "  age       years\n"
    "  gender    0, f or female; 1, m or male\n"
    "  identity  optional: who it is; all pictures of a person go to the same side of the split\n"
    "  split     optional: train, val or test, for a split that is given, as benchmarks do; the\n"
    "            options --val, --test and --split then don't count\n\n"
    "Rows are left out, and counted under the first of these that holds: malformed row; gender\n"
    "unknown; age out of range; file missing; file empty; picture unreadable. report.csv in the\n"
    "data set's folder tells what became of each line.\n\n"
    "Example: people.csv\n"
    "  path,age,gender,identity\n"
    "  anna/2019.jpg,34,f,anna\n"
    "  \"ben, at home.jpg\",61,male,ben\n\n"
    "  agprep csv people.csv --images photos --out data/people\n"
    "  agprep csv people.csv --dry-run";

struct Words {
  std::string file;
  PeopleRules rules;
  PackWords pack;
};

void run(const Words& words) {
  run_pack(read_people_csv(words.file, words.rules), words.pack,
           {{"min_age", fmt::format("{}", words.rules.min_age)},
            {"max_age", fmt::format("{}", words.rules.max_age)}});
}

}  // namespace

void add_csv_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand("csv", "makes a data set of your own pictures");
  const auto words = std::make_shared<Words>();
  command->add_option("file", words->file, "CSV with the columns path, age and gender")
      ->required()
      ->option_text("FILE");
  add_age_options(*command, words->rules.min_age, words->rules.max_age);
  add_pack_options(*command, words->pack);
  command->footer(kExamples);
  command->callback([words] { run(*words); });
}

}  // namespace ag::dataprep
