#include "dataprep/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "framework/core/philox.h"

namespace ag::dataprep {
namespace {

// Groups 0 to count - 1 in an order of the seed's.
std::vector<std::uint32_t> shuffled_groups(std::size_t count, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed(count);
  for (std::uint32_t group = 0; group < count; ++group) {
    const auto word = philox({.seed = seed, .sample = group, .purpose = Purpose::kSplit}, 0);
    keyed[group] = {std::uint64_t{word[0]} << 32 | word[1], group};
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::uint32_t> order(count);
  std::transform(keyed.begin(), keyed.end(), order.begin(), [](const auto& k) { return k.second; });
  return order;
}

// Takes groups that are still for training, in order, until their pictures are `share` of all:
// first those that fit into what is missing, then one that comes nearer by overshooting.
void take_share(double share, std::span<const std::uint32_t> order,
                std::span<const std::uint32_t> pictures, data::Split split,
                std::vector<data::Split>& split_of) {
  const double all = std::accumulate(pictures.begin(), pictures.end(), 0.0);
  double missing = std::round(share * all);
  for (const double stretch : {1.0, 2.0}) {
    for (const std::uint32_t group : order) {
      const double size = pictures[group];
      const bool fits = size <= missing || size < stretch * missing;
      if (missing <= 0 || split_of[group] != data::Split::kTrain || !fits) continue;
      split_of[group] = split;
      missing -= size;
    }
  }
}

}  // namespace

std::vector<std::uint32_t> number_persons(std::span<const std::string> persons) {
  std::unordered_map<std::string, std::uint32_t> known;
  std::vector<std::uint32_t> numbers;
  numbers.reserve(persons.size());
  std::uint32_t next = 0;
  for (const std::string& person : persons) {
    if (person.empty()) {
      numbers.push_back(next++);
      continue;
    }
    const auto [entry, added] = known.try_emplace(person, next);
    if (added) ++next;
    numbers.push_back(entry->second);
  }
  return numbers;
}

std::vector<data::Split> split_pictures(std::span<const std::uint32_t> identities,
                                        const SplitOptions& options) {
  std::vector<std::uint32_t> group_of(identities.begin(), identities.end());
  if (options.by == SplitBy::kImage) std::iota(group_of.begin(), group_of.end(), 0u);
  const std::size_t groups =
      group_of.empty() ? 0 : *std::max_element(group_of.begin(), group_of.end()) + std::size_t{1};
  std::vector<std::uint32_t> pictures(groups);
  for (const std::uint32_t group : group_of) ++pictures[group];

  const std::vector<std::uint32_t> order = shuffled_groups(groups, options.seed);
  std::vector<data::Split> split_of(groups, data::Split::kTrain);
  take_share(options.test, order, pictures, data::Split::kTest, split_of);
  take_share(options.validation, order, pictures, data::Split::kValidation, split_of);

  std::vector<data::Split> splits(group_of.size());
  std::transform(group_of.begin(), group_of.end(), splits.begin(),
                 [&split_of](std::uint32_t group) { return split_of[group]; });
  return splits;
}

}  // namespace ag::dataprep
