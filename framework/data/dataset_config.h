// The `dataset` section of an experiment: which pictures, at which size, and what loading them may
// cost. dataset_config.cpp says of each key what it may be and means.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/config/visitor.h"
#include "framework/core/age_bands.h"

namespace ag::data {

struct DatasetConfig {
  std::string path;
  std::int64_t size = 224;                  // pixels a side
  std::int64_t workers = 1;                 // threads a rank
  std::int64_t prefetch = 3;                // batches
  std::int64_t cache_mb = 1024;             // 10^6 bytes a rank
  std::string balance = "none";             // none, age_band: see EpochOrder
  std::vector<std::int64_t> balance_edges;  // first ages of the bands but the first
  std::int64_t balance_width = 10;          // years a band, where there are no edges

  void visit(config::Visitor& v);
};

// The bands that `balance: age_band` means.
AgeBands balance_bands(const DatasetConfig& config);

}  // namespace ag::data
