#include "framework/data/shard_format.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <bit>
#include <memory>

namespace ag::data {

// Columns are hashed as they lie in memory, and in shards they lie little-endian.
static_assert(std::endian::native == std::endian::little);

std::uint64_t picture_checksum(std::span<const std::byte> picture) {
  return XXH3_64bits(picture.data(), picture.size());
}

std::string shard_hash(const ShardColumns& columns) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       XXH3_freeState);
  XXH3_64bits_reset(state.get());
  const auto feed = [&state](const auto& column) {
    XXH3_64bits_update(state.get(), column.data(), column.size_bytes());
  };
  feed(columns.offset);
  feed(columns.checksum);
  feed(columns.age);
  feed(columns.gender);
  feed(columns.identity);
  feed(columns.split);
  feed(columns.source);
  return fmt::format("{:016x}", XXH3_64bits_digest(state.get()));
}

}  // namespace ag::data
