// The header of a safetensors file, parsed and checked: the part of the format where a hostile file
// could do harm. For safetensors.cpp; programs use safetensors.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/core/safetensors.h"

namespace ag {

inline constexpr std::string_view kMetadataKey = "__metadata__";

struct StoredTensor {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  // within the bytes after the header
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  Metadata metadata;
  std::vector<StoredTensor> tensors;  // as they stand in the header
};

// Throws Error about `path` when `json` isn't a header: no JSON, anything unknown, missing or twice
// in it, numbers that are negative or too large, a shape that doesn't fit its bytes. Memory is in
// proportion to the text, however deep it nests. How tensors lie to each other isn't checked here.
SafetensorsHeader parse_safetensors_header(std::string_view json,
                                           const std::filesystem::path& path);

// Bytes of a packed tensor; nothing when a dimension is negative or the product overflows.
std::optional<std::uint64_t> packed_bytes(Dtype dtype, std::span<const std::int64_t> shape);

// A text out of a file as it may stand in a message of one line: quoted, not too long, printable.
std::string in_quotes(std::string_view text);

}  // namespace ag
