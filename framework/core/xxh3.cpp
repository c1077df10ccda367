#include "framework/core/xxh3.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace ag {

std::uint64_t xxh3(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t xxh3(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

std::string hex(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

void Xxh3::Free::operator()(XXH3_state_s* state) const {
  XXH3_freeState(state);
}

Xxh3::Xxh3() : state_(XXH3_createState()) {
  XXH3_64bits_reset(state_.get());
}

void Xxh3::add(std::span<const std::byte> bytes) {
  XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
}

std::uint64_t Xxh3::value() const {
  return XXH3_64bits_digest(state_.get());
}

}  // namespace ag
