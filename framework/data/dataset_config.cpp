#include "framework/data/dataset_config.h"

namespace ag::data {

void DatasetConfig::visit(config::Visitor& v) {
  v.field("path", path, config::any(), "folder that agprep wrote");
  v.field("size", size, config::between(32, 1024),
          "width and height in pixels that the network sees; pictures are stretched to it");
  v.field("workers", workers, config::between(1, 256), "threads a rank that make batches");
  v.field("prefetch", prefetch, config::between(1, 64), "batches made ahead of the one in use");
  v.field("cache_mb", cache_mb, config::at_least(0),
          "megabytes a rank for pictures that are kept decoded, at the network's size, for later "
          "epochs; 0 keeps none");
  v.require(!path.empty(), "path", "needs the folder that agprep wrote");
}

}  // namespace ag::data
