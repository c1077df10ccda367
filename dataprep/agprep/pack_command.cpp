#include "dataprep/agprep/pack_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <thread>

#include "dataprep/report.h"
#include "framework/core/error.h"

namespace ag::dataprep {
namespace fs = std::filesystem;
namespace {

constexpr int kMaxThreads = 256;
constexpr int kMaxShardMb = 4'000;
constexpr int kMaxSide = 4'096;
constexpr std::uint64_t kBytesAMb = 1'000'000;

void require_word(const std::string& word, const char* option) {
  if (word.empty()) throw usage_error(option, "is needed", "give a folder, or add --dry-run");
}

void check(const PackWords& words) {
  require_word(words.images, "--images");
  require_word(words.out, "--out");
  const PackOptions& options = words.options;
  if (!fs::is_directory(words.images)) {
    throw usage_error(words.images, "isn't a folder", "check the path given to --images");
  }
  if (options.split.validation + options.split.test >= 1) {
    throw usage_error("--val and --test", "leave nothing to train on",
                      "together they stay below 1");
  }
  if (words.encoding == "raw" && options.store.size == 0) {
    throw usage_error("--size", "must be above 0 with --encoding raw");
  }
}

// What decides the data set's content, for dataset.json.
std::vector<std::pair<std::string, std::string>> told(const PackWords& words) {
  const PackOptions& o = words.options;
  return {{"images", words.images},
          {"encoding", words.encoding},
          {"size", fmt::format("{}", o.store.size)},
          {"quality", fmt::format("{}", o.store.quality)},
          {"split", words.split},
          {"val", fmt::format("{}", o.split.validation)},
          {"test", fmt::format("{}", o.split.test)},
          {"seed", fmt::format("{}", o.split.seed)},
          {"shard_mb", fmt::format("{}", words.shard_mb)}};
}

PackOptions resolve(const PackWords& words,
                    const std::vector<std::pair<std::string, std::string>>& rules) {
  PackOptions options = words.options;
  options.images = words.images;
  // "data/imdb/" is the folder "data/imdb".
  const fs::path out = fs::path(words.out).lexically_normal();
  options.out = out.has_filename() ? out : out.parent_path();
  options.name = words.name.empty() ? fs::absolute(options.out).filename().string() : words.name;
  options.margin = words.margin;
  options.licence = words.licence;
  options.store.encoding = words.encoding == "raw" ? data::Encoding::kRaw : data::Encoding::kJpeg;
  options.split.by = words.split == "image" ? SplitBy::kImage : SplitBy::kPerson;
  options.shard_bytes = static_cast<std::uint64_t>(words.shard_mb) * kBytesAMb;
  options.told = told(words);
  options.told.insert(options.told.end(), rules.begin(), rules.end());
  return options;
}

}  // namespace

void add_pack_options(CLI::App& command, PackWords& words) {
  PackOptions& options = words.options;
  options.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  command.add_option("--images", words.images, "folder that the pictures' paths start from");
  command.add_option("--out", words.out, "folder for the data set");
  command.add_option("--name", words.name, "name of the data set; by default the folder's");
  command.add_option("--val", options.split.validation, "share of the pictures for validation")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--test", options.split.test, "share of the pictures for testing")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command
      .add_option("--split", words.split,
                  "person: all pictures of a person on one side; image: each by itself")
      ->capture_default_str()
      ->check(CLI::IsMember({"person", "image"}));
  command.add_option("--seed", options.split.seed, "decides the split and the order")
      ->capture_default_str();
  command
      .add_option("--encoding", words.encoding,
                  "jpeg: pictures stay JPEG; raw: pixels, larger and without decoding")
      ->capture_default_str()
      ->check(CLI::IsMember({"jpeg", "raw"}));
  command
      .add_option(
          "--size", options.store.size,
          "pixels. jpeg: pictures whose shorter side is longer are shrunk to it, others keep "
          "their file as it is, and 0 shrinks none; raw: every picture becomes size x size")
      ->capture_default_str()
      ->check(CLI::Range(0, kMaxSide));
  command
      .add_option("--quality", options.store.quality,
                  "of JPEGs that are made anew: shrunk, turned upright, of a PNG")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command.add_option(
      "--margin", words.margin,
      "share of the face's box that the crops add on each side; noted in dataset.json");
  command.add_option("--licence", words.licence,
                     "what the pictures may be used for, in words or by a licence's name; noted in "
                     "dataset.json and in the model cards of what is trained on them");
  command.add_option("--shard-mb", words.shard_mb, "most MB of pictures in one shard")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxShardMb));
  command.add_option("--threads", options.threads, "threads that read and check pictures")
      ->capture_default_str()
      ->check(CLI::Range(1, kMaxThreads));
  command.add_flag("--overwrite", options.overwrite, "replace the data set that is there");
  command.add_flag("--dry-run", words.dry_run,
                   "only count what the labels say: reads no picture, writes nothing");
}

void add_age_options(CLI::App& command, int& min_age, int& max_age) {
  command.add_option("--min-age", min_age, "years")
      ->capture_default_str()
      ->check(CLI::Range(0, data::kMaxAge));
  command.add_option("--max-age", max_age, "years")
      ->capture_default_str()
      ->check(CLI::Range(0, data::kMaxAge));
}

void run_pack(Source source, const PackWords& words,
              const std::vector<std::pair<std::string, std::string>>& rules) {
  if (words.dry_run) {
    fmt::print("{}", reasons_table(count_reasons(source, false), source.rows.size()));
    return;
  }
  check(words);
  const data::Dataset dataset = pack(source, resolve(words, rules));
  fmt::print("{}\n{}", reasons_table(dataset.info().rejections, source.rows.size()),
             dataset_table(dataset));
}

}  // namespace ag::dataprep
