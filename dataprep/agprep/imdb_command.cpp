#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "dataprep/agprep/commands.h"
#include "dataprep/agprep/pack_command.h"
#include "dataprep/imdb_mat.h"
#include "dataprep/imdb_rules.h"

namespace ag::dataprep {
namespace {

constexpr char kExamples[] =
    "Rows are left out, and counted under the first of these that holds: "
    "no face; face score too low;\n"
    "second face; gender unknown; birth date impossible; age out of range; "
    "file missing; file empty;\n"
    "picture unreadable.\n\n"
    "Examples:\n"
    "  agprep imdb --mat imdb_crop/imdb.mat --images imdb_crop --out data/imdb\n"
    "  agprep imdb --mat wiki_crop/wiki.mat --dry-run\n"
    "  agprep imdb --mat imdb_crop/imdb.mat --images imdb_crop --out data/imdb_raw \\\n"
    "      --encoding raw --size 128 --test 0.1 --seed 7";

// The crops of IMDB-WIKI hold the face's box and 40% of it on each side.
constexpr double kImdbMargin = 0.4;

struct Words {
  std::string mat;
  ImdbRules rules;
  PackWords pack;
};

Source read_source(const Words& words) {
  const ImdbTable table = read_imdb_mat(words.mat);
  Source source{
      .name = table.name,
      .file = words.mat,
      .reasons = {Reason::kNoFace, Reason::kLowFaceScore, Reason::kSecondFace,
                  Reason::kGenderUnknown, Reason::kBirthDateImpossible, Reason::kAgeOutOfRange}};
  source.rows.reserve(table.rows.size());
  for (const ImdbRow& row : table.rows) {
    source.rows.push_back(clean(row, words.rules));
    source.rows.back().position = source.rows.size();
  }
  return source;
}

void run(const Words& words) {
  run_pack(read_source(words), words.pack,
           {{"min_face_score", fmt::format("{}", words.rules.min_face_score)},
            {"allow_second_face", words.rules.allow_second_face ? "true" : "false"},
            {"min_age", fmt::format("{}", words.rules.min_age)},
            {"max_age", fmt::format("{}", words.rules.max_age)}});
}

}  // namespace

void add_imdb_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("imdb", "makes a data set of IMDB-WIKI's imdb.mat or wiki.mat");
  const auto words = std::make_shared<Words>();
  words->pack.margin = kImdbMargin;
  command->add_option("--mat", words->mat, "imdb.mat or wiki.mat")->required();
  command
      ->add_option("--min-face-score", words->rules.min_face_score,
                   "a face's score must be above this")
      ->capture_default_str();
  command->add_flag("--allow-second-face", words->rules.allow_second_face,
                    "keep pictures in which a second face was found");
  add_age_options(*command, words->rules.min_age, words->rules.max_age);
  add_pack_options(*command, words->pack);
  command->footer(kExamples);
  command->callback([words] { run(*words); });
}

}  // namespace ag::dataprep
