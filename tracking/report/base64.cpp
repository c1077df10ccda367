#include "tracking/report/base64.h"

#include <cstddef>
#include <cstdint>

namespace ag::report {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kBytes = 3;  // that make a group of four characters
constexpr std::size_t kCharacters = 4;
constexpr unsigned kByteBits = 8;
constexpr unsigned kCharacterBits = 6;
constexpr std::uint32_t kMask = (1U << kCharacterBits) - 1;

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + kBytes - 1) / kBytes * kCharacters);
  for (std::size_t at = 0; at < bytes.size(); at += kBytes) {
    const std::string_view group = bytes.substr(at, kBytes);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kBytes; ++i) {
      bits = bits << kByteBits | (i < group.size() ? static_cast<std::uint8_t>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < kCharacters; ++i) {
      const auto shift = static_cast<unsigned>(kCharacters - 1 - i) * kCharacterBits;
      text += i <= group.size() ? kAlphabet[bits >> shift & kMask] : '=';
    }
  }
  return text;
}

}  // namespace ag::report
