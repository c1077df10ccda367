// libFuzzer's own mutations, after which a PNG is still one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tests/fuzz/png_check_sums.h"

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size,
                                               std::size_t most, unsigned seed) {
  constexpr unsigned kLeftBroken = 8;  // one in so many
  const std::size_t mutated = LLVMFuzzerMutate(bytes, size, most);
  if (seed % kLeftBroken != 0) ag::fuzz::mend_png_check_sums({bytes, mutated});
  return mutated;
}
// NOLINTEND(readability-identifier-naming)
