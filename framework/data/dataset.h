// A data set as agprep writes it: a folder with dataset.json and HDF5 shards, opened for reading.
//
// Opening checks that every shard is there, whole, committed and of a known version, and that its
// labels and checksums hash to what dataset.json says. A picture's bytes are checked against their
// checksum whenever they are read. docs/reference/shard_format.md draws the files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ag::data {

// The values stand in shards: never renumber, only add.
enum class Split : std::uint8_t { kTrain = 0, kValidation = 1, kTest = 2 };
constexpr std::size_t kSplits = 3;
const char* split_name(Split split);  // "train", "val", "test"

enum class Encoding : std::uint8_t {
  kJpeg,  // each picture a JPEG file of its own size
  kRaw,   // each picture [height, width, 3] bytes, all of one size
};
const char* encoding_name(Encoding encoding);  // "jpeg", "raw"

constexpr int kMaxAge = 100;  // ages are 0 to 100 whole years

struct SampleLabels {
  int age = 0;                 // 0 to 100 whole years
  int gender = 0;              // 0 female, 1 male
  std::uint32_t identity = 0;  // same number, same person
  std::uint32_t source = 0;    // row of report.csv, from 0
  Split split = Split::kTrain;
};

struct SampleView {
  std::span<const std::byte> picture;  // lives as long as the Dataset
  SampleLabels labels;
  int width = 0;  // raw only, else 0
  int height = 0;
};

struct ShardInfo {
  std::string name;  // file name inside the folder
  std::uint32_t count = 0;
  std::uint64_t bytes = 0;  // size of the file
  std::string hash;         // XXH3 of its labels and checksums, 16 hex digits
};

struct DatasetInfo {
  std::string name;
  std::string source;  // where the pictures came from, for people
  Encoding encoding = Encoding::kJpeg;
  int width = 0;  // raw: of every picture
  int height = 0;
  std::optional<int> size;       // pixels that the shorter side was shrunk to
  std::optional<double> margin;  // how much of the face box the crops add on each side
  // What the pictures may be used for, in words or by a licence's name; nothing where nobody said.
  std::optional<std::string> licence;
  std::array<std::uint32_t, kSplits> counts{};                    // samples of each Split
  std::vector<std::pair<std::string, std::uint64_t>> rejections;  // reason and rows, in order
  std::vector<std::pair<std::string, std::string>> options;       // what agprep was told
  std::vector<ShardInfo> shards;
  // Names the content: equal for equal pictures, labels and order. 32 hex digits.
  std::string content_hash;
};

// Immutable; every method from any thread. Shards are mapped, so processes of one host share their
// pages and opening takes no time that grows with the pictures.
class Dataset {
 public:
  // Throws a usage Error where there is no dataset.json, and Error: a shard that is missing, cut,
  // foreign, changed or of another version.
  static Dataset open(const std::filesystem::path& folder);
  ~Dataset();
  Dataset(Dataset&&) noexcept;
  Dataset& operator=(Dataset&&) noexcept;

  const std::filesystem::path& folder() const;
  const DatasetInfo& info() const;
  std::int64_t size(Split split) const;
  // `index` is 0 to size(split) - 1 in both. labels() doesn't touch the picture.
  SampleLabels labels(Split split, std::int64_t index) const;
  // Throws Error, naming shard and row, when the bytes don't match their checksum.
  SampleView sample(Split split, std::int64_t index) const;

 private:
  struct State;
  explicit Dataset(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ag::data
