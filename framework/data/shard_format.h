// What stands in a shard, for its writer and its reader. shard_writer.cpp draws the format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace ag::data {

inline constexpr char kShardFormat[] = "agtrain shard";
inline constexpr std::uint32_t kShardVersion = 1;

// Names of the root group's attributes.
inline constexpr char kFormatAttribute[] = "format";
inline constexpr char kVersionAttribute[] = "version";
inline constexpr char kEncodingAttribute[] = "encoding";
inline constexpr char kCommittedAttribute[] = "committed";

// Names of the data sets.
inline constexpr char kDataColumn[] = "data";
inline constexpr char kOffsetColumn[] = "offset";
inline constexpr char kChecksumColumn[] = "checksum";
inline constexpr char kAgeColumn[] = "age";
inline constexpr char kGenderColumn[] = "gender";
inline constexpr char kIdentityColumn[] = "identity";
inline constexpr char kSplitColumn[] = "split";
inline constexpr char kSourceColumn[] = "source";

// Every column but the pictures themselves, of n samples.
struct ShardColumns {
  std::span<const std::uint64_t> offset;    // [n + 1], bytes into data
  std::span<const std::uint64_t> checksum;  // [n], XXH3 of each picture's bytes
  std::span<const std::uint8_t> age;        // [n]
  std::span<const std::uint8_t> gender;     // [n]
  std::span<const std::uint32_t> identity;  // [n]
  std::span<const std::uint8_t> split;      // [n]
  std::span<const std::uint32_t> source;    // [n]
};

std::uint64_t picture_checksum(std::span<const std::byte> picture);

// XXH3 of all columns, as 16 hex digits. As the checksums are among them, it stands for the
// pictures too, and takes no time that grows with these.
std::string shard_hash(const ShardColumns& columns);

}  // namespace ag::data
