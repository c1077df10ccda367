// A synthetic data set on disk, laid out as IMDB-WIKI's crops are.
#pragma once

#include <cstdint>
#include <filesystem>

namespace ag::dataprep {

struct SampleOptions {
  std::filesystem::path out;
  std::uint32_t count = 2000;  // pictures
  std::uint64_t seed = 1;
  int size = 96;  // pixels, of a picture's side
  int threads = 1;
  bool overwrite = false;
};

struct SampleCounts {
  std::uint32_t pictures = 0;
  std::uint32_t persons = 0;
  std::uint32_t defects = 0;
};

// Writes folders 00 to 99 of JPEGs, then imdb.mat: without that there is no set. A pure function of
// count, seed and size. Throws Error.
SampleCounts write_sample(const SampleOptions& options);

}  // namespace ag::dataprep
