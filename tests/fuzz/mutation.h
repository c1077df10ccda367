// Inputs that differ a little from good ones.
#pragma once

#include <cstdint>
#include <vector>

#include "framework/core/philox.h"

namespace ag::fuzz {

// `bytes` after one to six changes: bits flipped, bytes that bounds are made of, pieces lost,
// doubled or from `other`, an end that is missing. Depends on `random` alone.
std::vector<std::uint8_t> mutated(std::vector<std::uint8_t> bytes,
                                  const std::vector<std::uint8_t>& other, RandomStream& random);

}  // namespace ag::fuzz
