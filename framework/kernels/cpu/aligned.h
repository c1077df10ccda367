// Memory of floats that vectors are read from and written to.
#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstddef>

namespace ag::kernels::cpu {

using AlignedFloats = hwy::AlignedFreeUniquePtr<float[]>;

// To be written before it is read.
inline AlignedFloats unwritten(std::size_t count) {
  return hwy::AllocateAligned<float>(std::max<std::size_t>(count, 1));
}

inline AlignedFloats zeros(std::size_t count) {
  AlignedFloats floats = unwritten(count);
  std::fill_n(floats.get(), count, 0.0F);
  return floats;
}

}  // namespace ag::kernels::cpu
