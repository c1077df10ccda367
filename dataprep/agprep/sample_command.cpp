#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <thread>

#include "dataprep/agprep/commands.h"
#include "dataprep/sample/sample_set.h"
#include "framework/core/text.h"

namespace ag::dataprep {
namespace {

constexpr char kExamples[] =
    "The faces are drawn, not photographed: enough to see that everything works, and that a "
    "network learns.\n"
    "A few rows have each of the defects that agprep imdb must find.\n\n"
    "Examples:\n"
    "  agprep sample --out data/sample --count 2000 --seed 1\n"
    "  agprep imdb --mat data/sample/imdb.mat --images data/sample --out data/faces";

constexpr std::uint32_t kMostPictures = 10'000'000;

void run(const SampleOptions& options) {
  const SampleCounts counts = write_sample(options);
  const std::string out = options.out.string();
  fmt::print("{}: {} pictures of {} persons, {} rows of them with a defect\n", out,
             with_thousands(counts.pictures), with_thousands(counts.persons),
             with_thousands(counts.defects));
  fmt::print("next: agprep imdb --mat {0}/imdb.mat --images {0} --out DIR\n", out);
}

}  // namespace

void add_sample_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("sample", "draws a set of synthetic faces to try things on");
  const auto options = std::make_shared<SampleOptions>();
  options->threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  command->add_option("--out", options->out, "folder for imdb.mat and the pictures")->required();
  command->add_option("--count", options->count, "pictures")
      ->capture_default_str()
      ->check(CLI::Range(1u, kMostPictures));
  command->add_option("--seed", options->seed, "another seed, other people")->capture_default_str();
  command->add_option("--size", options->size, "pixels of a picture's side")
      ->capture_default_str()
      ->check(CLI::Range(16, 1024));
  command->add_option("--threads", options->threads, "threads that draw")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command->add_flag("--overwrite", options->overwrite, "replace the set that is there");
  command->footer(kExamples);
  command->callback([options] { run(*options); });
}

}  // namespace ag::dataprep
