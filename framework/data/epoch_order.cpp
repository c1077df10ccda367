#include "framework/data/epoch_order.h"

#include <algorithm>
#include <utility>

#include "framework/data/permutation.h"

namespace ag::data {

EpochOrder EpochOrder::shuffled(std::uint64_t seed, std::uint32_t count) {
  return {seed, count};
}

EpochOrder EpochOrder::balanced(std::uint64_t seed, std::span<const std::uint8_t> ages,
                                const AgeBands& bands) {
  EpochOrder order(seed, static_cast<std::uint32_t>(ages.size()));
  std::vector<Band> all(bands.count());
  for (std::uint32_t sample = 0; sample < ages.size(); ++sample) {
    all[bands.of(ages[sample])].samples.push_back(sample);
  }
  for (std::uint32_t number = 0; number < all.size(); ++number) {
    all[number].number = number;
    if (!all[number].samples.empty()) order.bands_.push_back(std::move(all[number]));
  }
  const std::uint64_t share = order.bands_.size();
  for (std::uint64_t i = 0; i < share; ++i) {
    const auto first = static_cast<std::uint32_t>(i * order.count_ / share);
    const auto end = static_cast<std::uint32_t>((i + 1) * order.count_ / share);
    order.bands_[i].first = first;
    order.bands_[i].positions = end - first;
  }
  return order;
}

Draw EpochOrder::at(std::uint32_t epoch, std::uint32_t position) const {
  const std::uint32_t place = permute(seed_, epoch, position, count_);
  if (bands_.empty()) return {place, 0};
  const auto next =
      std::upper_bound(bands_.begin(), bands_.end(), place,
                       [](std::uint32_t value, const Band& band) { return value < band.first; });
  const Band& band = *std::prev(next);
  return draw_from(band, epoch, place - band.first);
}

// The band's draws of all epochs are one sequence, cut into rounds over its samples.
Draw EpochOrder::draw_from(const Band& band, std::uint32_t epoch, std::uint32_t place) const {
  const std::uint64_t size = band.samples.size();
  const std::uint64_t before = std::uint64_t{epoch} * band.positions;
  const std::uint64_t number = before + place;
  const auto round = static_cast<std::uint32_t>(number / size);
  const std::uint32_t index =
      permute_band(seed_, band.number, round, static_cast<std::uint32_t>(number % size),
                   static_cast<std::uint32_t>(size));
  return {band.samples[index], round - static_cast<std::uint32_t>(before / size)};
}

}  // namespace ag::data
