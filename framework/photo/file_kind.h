// What a file is by its first bytes, whatever its name says.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ag::photo {

bool starts_with(std::span<const std::byte> file, std::string_view first);

// True also where the file was damaged or cut short soon after its beginning.
bool looks_like_jpeg(std::span<const std::byte> file);
bool looks_like_png(std::span<const std::byte> file);

// The complaint about a file that is neither, in words for the user: what it seems to be instead
// where that is known, and what makes a photo of it.
std::string neither_jpeg_nor_png(std::span<const std::byte> file);

}  // namespace ag::photo
