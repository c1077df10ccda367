#include "framework/data/shard_format.h"

#include <bit>

#include "framework/core/xxh3.h"

namespace ag::data {

// Columns are hashed as they lie in memory, and in shards they lie little-endian.
static_assert(std::endian::native == std::endian::little);

std::uint64_t picture_checksum(std::span<const std::byte> picture) {
  return xxh3(picture);
}

std::string shard_hash(const ShardColumns& columns) {
  Xxh3 hash;
  const auto feed = [&hash](const auto& column) { hash.add(std::as_bytes(column)); };
  feed(columns.offset);
  feed(columns.checksum);
  feed(columns.age);
  feed(columns.gender);
  feed(columns.identity);
  feed(columns.split);
  feed(columns.source);
  return hex(hash.value());
}

}  // namespace ag::data
