#include "framework/loader/picture_cache.h"

#include <new>
#include <string>

#include "framework/core/error.h"
#include "framework/core/text.h"
#include "framework/data/picture.h"

namespace ag::loader {
namespace {

std::unique_ptr<std::uint8_t[]> reserve(std::size_t bytes) {
  try {
    return std::make_unique_for_overwrite<std::uint8_t[]>(bytes);
  } catch (const std::bad_alloc&) {
    throw Error("loader", "no memory for the " + short_bytes(bytes) + " of kept pictures",
                "lower dataset.cache_mb");
  }
}

}  // namespace

PictureCache::PictureCache(std::int64_t capacity, int size)
    : bytes_(static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * data::kChannels),
      pixels_(reserve(static_cast<std::size_t>(capacity) * bytes_)),
      labels_(static_cast<std::size_t>(capacity)),
      states_(static_cast<std::size_t>(capacity)) {}

std::optional<KeptPicture> PictureCache::find(std::uint32_t sample) const {
  if (sample >= states_.size()) return std::nullopt;
  if (states_[sample].load(std::memory_order_acquire) != State::kKept) return std::nullopt;
  const PackedLabels& packed = labels_[sample];
  return KeptPicture{{pixels_.get() + sample * bytes_, bytes_},
                     {.age = packed.age, .gender = packed.gender}};
}

std::span<std::uint8_t> PictureCache::claim(std::uint32_t sample) {
  if (sample >= states_.size()) return {};
  State absent = State::kAbsent;
  if (!states_[sample].compare_exchange_strong(absent, State::kClaimed)) return {};
  return {pixels_.get() + sample * bytes_, bytes_};
}

void PictureCache::publish(std::uint32_t sample, const data::SampleLabels& labels) {
  labels_[sample] = {static_cast<std::uint8_t>(labels.age),
                     static_cast<std::uint8_t>(labels.gender)};
  states_[sample].store(State::kKept, std::memory_order_release);
  kept_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace ag::loader
