// The networks that there are, for people to choose from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ag::nn {

// Counted without a head, at width 1, in the first flavour.
struct CatalogueEntry {
  std::string name;                   // what model.name says
  std::vector<std::string> flavours;  // what model.flavour may say, the default first
  std::int64_t parameters = 0;        // as Keras counts: trained ones and running statistics
  std::int64_t macs = 0;              // for one picture of 224 x 224
  std::string source;                 // the paper: "arXiv:1801.04381"
};

std::vector<CatalogueEntry> catalogue();

// A table, one line a network.
std::string to_text(const std::vector<CatalogueEntry>& entries);

}  // namespace ag::nn
