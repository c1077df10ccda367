// The `dataset` section of an experiment: which pictures, at which size, and what loading them may
// cost.
#pragma once

#include <cstdint>
#include <string>

#include "framework/config/visitor.h"

namespace ag::data {

struct DatasetConfig {
  std::string path;
  std::int64_t size = 224;
  std::int64_t workers = 1;
  std::int64_t prefetch = 3;
  std::int64_t cache_mb = 1024;
  void visit(config::Visitor& v);
};

}  // namespace ag::data
