// Memory of floats that vectors are read from and written to.
#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstddef>

namespace ag::kernels::cpu {

using AlignedFloats = hwy::AlignedFreeUniquePtr<float[]>;

inline AlignedFloats zeros(std::size_t count) {
  AlignedFloats floats = hwy::AllocateAligned<float>(std::max<std::size_t>(count, 1));
  std::fill_n(floats.get(), count, 0.0F);
  return floats;
}

}  // namespace ag::kernels::cpu
