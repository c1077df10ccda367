// Writes a data set folder: shards one after the other, dataset.json last.
//
// Until commit() the folder holds no dataset.json, so a run that was interrupted can't be taken for
// a data set. No shard is left of a writer that is destroyed without commit().
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "framework/data/dataset.h"

namespace ag::data {

// Throws Error when `folder` holds a data set already and `overwrite` is false.
void require_no_dataset(const std::filesystem::path& folder, bool overwrite);

// One thread.
class DatasetWriter {
 public:
  // `about`: everything but counts, shards and content_hash, which the writer finds out. A shard is
  // closed when the next picture would take it over `shard_bytes`; it is held in memory until then.
  // Throws Error when the folder already holds a data set and `overwrite` is false.
  DatasetWriter(const std::filesystem::path& folder, DatasetInfo about, std::uint64_t shard_bytes,
                bool overwrite);
  ~DatasetWriter();
  DatasetWriter(const DatasetWriter&) = delete;
  DatasetWriter& operator=(const DatasetWriter&) = delete;

  // Raw pictures must have [height, width, 3] bytes. Throws Error (disk full, …).
  void add(std::span<const std::byte> picture, const SampleLabels& labels);
  // Closes the last shard and writes dataset.json. `rejections` is told to dataset.json as it
  // stands. Throws Error.
  const DatasetInfo& commit(std::vector<std::pair<std::string, std::uint64_t>> rejections = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ag::data
