// Sums over rows, in float within a block and in double over blocks.

#if defined(AG_KERNELS_BLOCK_SUMS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_BLOCK_SUMS_INL_H
#undef AG_KERNELS_BLOCK_SUMS_INL_H
#else
#define AG_KERNELS_BLOCK_SUMS_INL_H
#endif

#include <algorithm>
#include <vector>

#include "framework/kernels/cpu/aligned.h"
#include "framework/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Two sums a channel.
class BlockSums {
 public:
  explicit BlockSums(std::size_t channels) : channels_(channels), sums_(zeros(2 * channels)) {}

  float* first() { return sums_.get(); }
  float* second() { return sums_.get() + channels_; }

  // Adds them to sums in double and begins anew.
  void move_to(std::vector<double>& firsts, std::vector<double>& seconds) {
    for (std::size_t c = 0; c < channels_; ++c) {
      firsts[c] += first()[c];
      seconds[c] += second()[c];
    }
    std::fill_n(sums_.get(), 2 * channels_, 0.0F);
  }

 private:
  std::size_t channels_;
  AlignedFloats sums_;
};

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
