// Which picture stands at which position of an epoch: shuffled, or drawn so that all age bands are
// seen equally often.
//
// Either order is a pure function of (seed, epoch, position): it doesn't depend on the number of
// ranks or threads, and going on in the middle of an epoch needs its step alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/core/age_bands.h"

namespace ag::data {

struct Draw {
  std::uint32_t sample = 0;
  // Tells a sample's draws within an epoch from each other, so that augmentation and dropout differ
  // between them. Always 0 in the shuffled order.
  std::uint32_t repetition = 0;
  bool operator==(const Draw&) const = default;
};

// Immutable: any thread may ask.
class EpochOrder {
 public:
  // Every sample once an epoch, as permute() has it. `count` is 1 or more.
  static EpochOrder shuffled(std::uint64_t seed, std::uint32_t count);

  // Of an epoch's positions, as many as there are samples, each band that has samples gets the same
  // number, to one. Within a band the samples come in rounds, each of them once a round and in an
  // order of its own; a round goes on from one epoch to the next. So a sample of a small band is
  // seen several times an epoch, one of a large band in some epochs only, and over all epochs so
  // far no sample of a band was seen more than once more than another. `ages` are the samples', one
  // or more.
  static EpochOrder balanced(std::uint64_t seed, std::span<const std::uint8_t> ages,
                             const AgeBands& bands);

  std::uint32_t count() const { return count_; }  // positions of an epoch

  // `position` is 0 to count() - 1; throws Error otherwise.
  Draw at(std::uint32_t epoch, std::uint32_t position) const;

 private:
  // The samples of a band, and the positions of an epoch, before they are shuffled, that draw from
  // them.
  struct Band {
    std::uint32_t number = 0;  // of its AgeBands
    std::vector<std::uint32_t> samples;
    std::uint32_t first = 0;
    std::uint32_t positions = 0;
  };

  EpochOrder(std::uint64_t seed, std::uint32_t count) : seed_(seed), count_(count) {}
  Draw draw_from(const Band& band, std::uint32_t epoch, std::uint32_t place) const;

  std::uint64_t seed_;
  std::uint32_t count_;
  std::vector<Band> bands_;  // none: shuffled
};

}  // namespace ag::data
