#include "framework/data/dataset_config.h"

#include "framework/data/dataset.h"

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
  v.field("balance", balance, config::one_of({"none", "age_band"}),
          "which pictures an epoch trains on: none takes each once; age_band draws as many, but so "
          "that all age bands come equally often");
  v.field(
      "balance_edges", balance_edges, config::between(1, kMaxAge),
      "first age of every band but the first, [13, 18] for 0-12, 13-17 and 18+; empty: bands of "
      "balance_width (age_band)");
  v.field("balance_width", balance_width, config::between(1, kMaxAge),
          "years a band, the last one with what is left over up to 100 (age_band)");
  v.require(are_band_edges(balance_edges), "balance_edges", "must rise");
  v.require(!path.empty(), "path", "needs the folder that agprep wrote");
}

AgeBands balance_bands(const DatasetConfig& config) {
  return config.balance_edges.empty() ? AgeBands::of_width(config.balance_width, kMaxAge)
                                      : AgeBands(config.balance_edges);
}

}  // namespace ag::data
