#include "tests/fuzz/png_check_sums.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::fuzz {
namespace {

constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::size_t kNumberBytes = 4;

// PNG's annex D, a bit at a time.
std::uint32_t check_sum(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t kPolynomial = 0xEDB88320;
  std::uint32_t sum = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1) != 0 ? sum >> 1 ^ kPolynomial : sum >> 1;
  }
  return ~sum;
}

std::size_t read_number(std::span<const std::uint8_t> bytes) {
  std::size_t number = 0;
  for (const std::uint8_t byte : bytes.first(kNumberBytes)) number = number << 8 | byte;
  return number;
}

void write_number(std::uint32_t number, std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i < kNumberBytes; ++i)
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * (kNumberBytes - 1 - i)));
}

}  // namespace

void mend_png_check_sums(std::span<std::uint8_t> file) {
  if (file.size() < kSignature.size() ||
      !std::ranges::equal(file.first(kSignature.size()), kSignature))
    return;
  std::span<std::uint8_t> rest = file.subspan(kSignature.size());
  while (rest.size() >= 3 * kNumberBytes) {
    const std::size_t length = read_number(rest);
    if (length > rest.size() - 3 * kNumberBytes) return;
    const std::span<std::uint8_t> name_and_data = rest.subspan(kNumberBytes, kNumberBytes + length);
    rest = rest.subspan(2 * kNumberBytes + length);
    write_number(check_sum(name_and_data), rest);
    rest = rest.subspan(kNumberBytes);
  }
}

}  // namespace ag::fuzz
