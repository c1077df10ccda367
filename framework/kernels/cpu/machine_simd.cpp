#include "framework/kernels/cpu/machine.h"

#include <algorithm>
#include <cstring>
#include <memory>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/machine_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/core/stopwatch.h"
#include "framework/kernels/cpu/aligned.h"
#include "framework/kernels/cpu/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

constexpr std::size_t kRowsOfBlock = 8 * kTileRows;
constexpr std::size_t kDepthOfBlock = 64;

// Multiplies a small block once, and says how many operations that was.
double multiply_small_block(const float* a, const float* b, float* c) {
  Prefetch nothing;
  HWY_ALIGN float partial[kRowsOfBlock * kPanel];
  multiply<float>(kRowsOfBlock, kRowsOfBlock, a, b, kDepthOfBlock, kPanel, {0, 1}, partial, nothing,
                  Written<float>{c, kPanel});
  return 2.0 * kRowsOfBlock * kDepthOfBlock * kPanel;
}

std::size_t floats_of_block() {
  return std::max(kRowsOfBlock, kPanel) * std::max(kDepthOfBlock, kPanel);
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(multiply_small_block);
HWY_EXPORT(floats_of_block);

namespace {

constexpr int kTrials = 5;  // of which the best counts: others share the machine

}  // namespace

double operations_per_second() {
  constexpr int kRepeats = 4000;
  const std::size_t floats = HWY_DYNAMIC_DISPATCH(floats_of_block)();
  const auto block = [floats] {
    auto made = hwy::AllocateAligned<float>(floats);
    std::fill_n(made.get(), floats, 0.5F);
    return made;
  };
  const auto a = block();
  const auto b = block();
  const auto c = block();
  double best = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    double operations = 0;
    const Stopwatch watch;
    for (int i = 0; i < kRepeats; ++i) {
      operations += HWY_DYNAMIC_DISPATCH(multiply_small_block)(a.get(), b.get(), c.get());
    }
    best = std::max(best, operations / watch.seconds());
  }
  return best;
}

double memory_bytes_per_second() {
  constexpr std::size_t kBytes = std::size_t{128} << 20;
  const auto from = std::make_unique<char[]>(kBytes);
  const auto to = std::make_unique<char[]>(kBytes);
  double best = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::memset(from.get(), trial, kBytes);
    const Stopwatch watch;
    std::memcpy(to.get(), from.get(), kBytes);
    best = std::max(best, 2.0 * kBytes / watch.seconds());
  }
  return best;
}

}  // namespace ag::kernels::cpu
#endif
