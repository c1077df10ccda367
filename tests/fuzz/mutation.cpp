#include "tests/fuzz/mutation.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kLongestPiece = 40;  // bytes

struct Piece {
  std::ptrdiff_t first;
  std::ptrdiff_t last;
};

// Of `bytes`, which aren't empty.
std::ptrdiff_t place_in(const Bytes& bytes, RandomStream& random) {
  return random.below(static_cast<std::uint32_t>(bytes.size()));
}

Piece piece_of(const Bytes& bytes, RandomStream& random) {
  const std::ptrdiff_t first = place_in(bytes, random);
  const std::ptrdiff_t length = 1 + static_cast<std::ptrdiff_t>(random.below(kLongestPiece));
  return {first, std::min(first + length, static_cast<std::ptrdiff_t>(bytes.size()))};
}

void insert_piece(Bytes& bytes, const Bytes& from, RandomStream& random) {
  const Piece piece = piece_of(from, random);
  const Bytes copy(from.begin() + piece.first, from.begin() + piece.last);
  bytes.insert(bytes.begin() + place_in(bytes, random), copy.begin(), copy.end());
}

void overwrite(Bytes& bytes, RandomStream& random) {
  constexpr std::array<std::uint8_t, 6> kBounds = {0, 1, 0x7F, 0x80, 0xFE, 0xFF};
  const std::ptrdiff_t first = place_in(bytes, random);
  const std::ptrdiff_t length = 1 + static_cast<std::ptrdiff_t>(random.below(4));
  const std::uint8_t value = kBounds[random.below(kBounds.size())];
  const auto last = std::min(first + length, static_cast<std::ptrdiff_t>(bytes.size()));
  std::fill(bytes.begin() + first, bytes.begin() + last, value);
}

void erase_piece(Bytes& bytes, RandomStream& random) {
  const Piece piece = piece_of(bytes, random);
  bytes.erase(bytes.begin() + piece.first, bytes.begin() + piece.last);
}

void flip_bit(Bytes& bytes, RandomStream& random) {
  const auto at = static_cast<std::size_t>(place_in(bytes, random));
  bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1u << random.below(8));
}

void change(Bytes& bytes, const Bytes& other, RandomStream& random) {
  constexpr std::uint32_t kKinds = 12;
  switch (random.below(kKinds)) {
    case 0:
      return bytes.resize(static_cast<std::size_t>(place_in(bytes, random)));
    case 1:
      return erase_piece(bytes, random);
    case 2:
      return insert_piece(bytes, bytes, random);
    case 3:
      return insert_piece(bytes, other, random);
    case 4:
    case 5:
    case 6:
      return overwrite(bytes, random);
    default:
      return flip_bit(bytes, random);
  }
}

}  // namespace

std::vector<std::uint8_t> mutated(std::vector<std::uint8_t> bytes,
                                  const std::vector<std::uint8_t>& other, RandomStream& random) {
  constexpr std::uint32_t kMostChanges = 6;
  const std::uint32_t changes = 1 + random.below(kMostChanges);
  for (std::uint32_t i = 0; i < changes && !bytes.empty(); ++i) change(bytes, other, random);
  return bytes;
}

}  // namespace ag::fuzz
