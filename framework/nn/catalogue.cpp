#include "framework/nn/catalogue.h"

#include <fmt/format.h>

#include "framework/core/text.h"
#include "framework/nn/families.h"
#include "framework/nn/network.h"

namespace ag::nn {
namespace {

constexpr int kInput = 224;
constexpr double kMillion = 1e6;

std::string line(const std::string& name, const std::string& flavours,
                 const std::string& parameters, const std::string& macs,
                 const std::string& source) {
  return fmt::format("{:<25}{:<24}{:>12}{:>9}  {}\n", name, flavours, parameters, macs, source);
}

}  // namespace

std::vector<CatalogueEntry> catalogue() {
  std::vector<CatalogueEntry> entries;
  for (const Family& family : families()) {
    ModelConfig config;
    config.name = family.name;
    const Summary trunk = make_network(config, kInput, at::kFloat, 0)->trunk_summary();
    entries.push_back({.name = family.name,
                       .flavours = flavour_names(family.name),
                       .parameters = trunk.parameters(),
                       .macs = trunk.macs(),
                       .source = family.source});
  }
  return entries;
}

std::string to_text(const std::vector<CatalogueEntry>& entries) {
  std::string text = line("model.name", "model.flavour", "parameters", "M MACs", "paper");
  for (const CatalogueEntry& entry : entries) {
    text += line(entry.name, fmt::format("{}", fmt::join(entry.flavours, ", ")),
                 with_thousands(entry.parameters),
                 fmt::format("{:.2f}", static_cast<double>(entry.macs) / kMillion), entry.source);
  }
  return text +
         "Counted without a head, at width 1, for pictures of 224 x 224, in the first flavour.\n";
}

}  // namespace ag::nn
