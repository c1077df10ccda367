// Pictures kept in memory as the network's size has them, so that later epochs needn't decode them
// again.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "framework/data/dataset.h"

namespace ag::loader {

struct KeptPicture {
  std::span<const std::uint8_t> pixels;  // [size, size, 3]; lives as long as the cache
  data::SampleLabels labels;             // its age and gender; the others aren't kept
};

// Holds samples 0 to capacity() - 1 of a split, each from when it is first put in; none is ever
// dropped. Any thread; nobody waits for anybody.
class PictureCache {
 public:
  // The memory is reserved at once and taken up as pictures come. Throws Error when the system
  // refuses it.
  PictureCache(std::int64_t capacity, int size);

  std::int64_t capacity() const { return static_cast<std::int64_t>(states_.size()); }
  std::int64_t kept() const { return kept_.load(std::memory_order_relaxed); }

  // Nothing before publish() of that sample.
  std::optional<KeptPicture> find(std::uint32_t sample) const;

  // Memory to write `sample` to, for the one thread that is first to ask; publish() must follow.
  // Empty for every other, and for samples beyond the capacity.
  std::span<std::uint8_t> claim(std::uint32_t sample);
  // From now on find() has it.
  void publish(std::uint32_t sample, const data::SampleLabels& labels);

 private:
  enum class State : std::uint8_t { kAbsent, kClaimed, kKept };
  struct PackedLabels {
    std::uint8_t age = 0;
    std::uint8_t gender = 0;
  };

  std::size_t bytes_;  // of a picture
  std::unique_ptr<std::uint8_t[]> pixels_;
  std::vector<PackedLabels> labels_;
  std::vector<std::atomic<State>> states_;
  std::atomic<std::int64_t> kept_ = 0;
};

}  // namespace ag::loader
