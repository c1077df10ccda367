#include "framework/data/dataset_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/data/dataset_manifest.h"
#include "framework/data/shard_format.h"
#include "framework/data/shard_writer.h"

namespace ag::data {
namespace fs = std::filesystem;
namespace {

std::string shard_name(std::size_t number) {
  return fmt::format("shard-{:05}.h5", number);
}

bool is_shard(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.find("shard-") <= 1 && (name.ends_with(".h5") || name.ends_with(".tmp"));
}

// Shards of another run, finished or not, and what a killed one left half written.
void remove_shards(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (is_shard(entry.path())) found.push_back(entry.path());
  }
  for (const fs::path& path : found) fs::remove(path, ignored);
}

}  // namespace

struct DatasetWriter::State {
  fs::path folder;
  DatasetInfo info;
  std::uint64_t shard_bytes;
  ShardWriter shard;
  bool committed = false;

  void close_shard() {
    if (shard.count() > 0) {
      info.shards.push_back(shard.write(folder / shard_name(info.shards.size())));
    }
  }
};

void require_no_dataset(const fs::path& folder, bool overwrite) {
  if (overwrite || !fs::exists(folder / kManifestName)) return;
  throw usage_error(folder, "holds a data set already",
                    "add --overwrite, or choose another folder");
}

DatasetWriter::DatasetWriter(const fs::path& folder, DatasetInfo about, std::uint64_t shard_bytes,
                             bool overwrite) {
  ShardWriter first_shard(about.encoding, about.width, about.height);
  state_ =
      std::make_unique<State>(State{folder, std::move(about), shard_bytes, std::move(first_shard)});
  require_no_dataset(folder, overwrite);
  make_folder(folder);
  // First of all: from here on the folder holds no data set until the new one is whole.
  std::error_code failure;
  fs::remove(folder / kManifestName, failure);
  if (failure) throw Error(folder / kManifestName, "can't remove it: " + failure.message());
  remove_shards(folder);
}

DatasetWriter::~DatasetWriter() {
  if (!state_->committed) remove_shards(state_->folder);
}

void DatasetWriter::add(std::span<const std::byte> picture, const SampleLabels& labels) {
  State& s = *state_;
  if (s.shard.count() > 0 && s.shard.picture_bytes() + picture.size() > s.shard_bytes) {
    s.close_shard();
  }
  s.shard.add(picture, labels);
  ++s.info.counts[static_cast<std::size_t>(labels.split)];
}

const DatasetInfo& DatasetWriter::commit(
    std::vector<std::pair<std::string, std::uint64_t>> rejections) {
  State& s = *state_;
  s.close_shard();
  s.info.rejections = std::move(rejections);
  s.info.content_hash = content_hash(s.info);
  write_file_atomically(s.folder / kManifestName, manifest_text(s.info));
  s.committed = true;
  return s.info;
}

}  // namespace ag::data
