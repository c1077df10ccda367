#include "framework/data/dataset.h"

#include <fmt/format.h>

#include "framework/core/error.h"
#include "framework/data/dataset_manifest.h"
#include "framework/data/shard_reader.h"

namespace ag::data {
namespace fs = std::filesystem;
namespace {

// Where a sample lies.
struct Place {
  std::uint32_t shard = 0;
  std::uint32_t row = 0;
};

}  // namespace

const char* split_name(Split split) {
  constexpr std::array<const char*, kSplits> kNames = {"train", "val", "test"};
  return kNames[static_cast<std::size_t>(split)];
}

const char* encoding_name(Encoding encoding) {
  return encoding == Encoding::kJpeg ? "jpeg" : "raw";
}

struct Dataset::State {
  fs::path folder;
  DatasetInfo info;
  std::vector<ShardReader> shards;
  std::array<std::vector<Place>, kSplits> places;

  Place place(Split split, std::int64_t index) const {
    return places[static_cast<std::size_t>(split)][static_cast<std::size_t>(index)];
  }
};

Dataset::Dataset(std::unique_ptr<State> state) : state_(std::move(state)) {}
Dataset::~Dataset() = default;
Dataset::Dataset(Dataset&&) noexcept = default;
Dataset& Dataset::operator=(Dataset&&) noexcept = default;

Dataset Dataset::open(const fs::path& folder) {
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->info = read_manifest(folder);
  const DatasetInfo& info = state->info;
  for (std::size_t split = 0; split < kSplits; ++split) {
    state->places[split].reserve(info.counts[split]);
  }
  for (std::uint32_t number = 0; number < info.shards.size(); ++number) {
    const ShardReader& shard =
        state->shards.emplace_back(folder, info.shards[number], info.encoding);
    if (shard.width() != info.width || shard.height() != info.height) {
      throw Error(folder / info.shards[number].name, "its pictures aren't of dataset.json's size",
                  "run agprep again with --overwrite");
    }
    for (std::uint32_t row = 0; row < shard.count(); ++row) {
      state->places[static_cast<std::size_t>(shard.split(row))].push_back({number, row});
    }
  }
  for (std::size_t split = 0; split < kSplits; ++split) {
    if (state->places[split].size() != info.counts[split]) {
      throw Error(folder / kManifestName, "counts other samples than the shards hold",
                  "run agprep again with --overwrite");
    }
  }
  return Dataset(std::move(state));
}

const fs::path& Dataset::folder() const {
  return state_->folder;
}

const DatasetInfo& Dataset::info() const {
  return state_->info;
}

std::int64_t Dataset::size(Split split) const {
  return static_cast<std::int64_t>(state_->places[static_cast<std::size_t>(split)].size());
}

SampleView Dataset::sample(Split split, std::int64_t index) const {
  const Place place = state_->place(split, index);
  return state_->shards[place.shard].sample(place.row);
}

SampleLabels Dataset::labels(Split split, std::int64_t index) const {
  const Place place = state_->place(split, index);
  return state_->shards[place.shard].labels(place.row);
}

}  // namespace ag::data
