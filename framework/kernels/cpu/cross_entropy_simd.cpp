// Cross-entropy, once for every instruction set.
#include "framework/kernels/cpu/cross_entropy.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/cross_entropy_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include <hwy/contrib/math/math-inl.h>

#include "framework/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

struct RowSums {
  float greatest, sum;
};

RowSums sums_of(const float* x, std::size_t classes) {
  const FullTag full;
  auto greatest = hn::Set(full, x[0]);
  auto sum = hn::Zero(full);
  float left_greatest = x[0], left_sum = 0;
  std::size_t c = 0;
  for (; c + hn::Lanes(full) <= classes; c += hn::Lanes(full)) {
    const auto value = hn::LoadU(full, x + c);
    greatest = hn::Max(greatest, value);
    sum = hn::Add(sum, value);
  }
  for (; c < classes; ++c) {
    left_greatest = std::max(left_greatest, x[c]);
    left_sum += x[c];
  }
  return {std::max(hn::GetLane(hn::MaxOfLanes(full, greatest)), left_greatest),
          hn::GetLane(hn::SumOfLanes(full, sum)) + left_sum};
}

// Writes exp(x - greatest), and returns their sum.
float exponentials(const float* x, std::size_t classes, float greatest, float* out) {
  float sum = 0;
  over_channels(classes, [&](auto d, std::size_t c) HWY_ATTR {
    const auto power = hn::Exp(d, hn::Sub(hn::LoadU(d, x + c), hn::Set(d, greatest)));
    hn::StoreU(power, d, out + c);
    sum += hn::GetLane(hn::SumOfLanes(d, power));
  });
  return sum;
}

void rows(const CrossEntropy& job, std::size_t begin, std::size_t end, float* loss,
          float* gradient) {
  const float evenly = job.smoothing / static_cast<float>(job.classes);
  for (std::size_t row = begin; row < end; ++row) {
    const float* x = job.logits + row * job.classes;
    float* of_x = gradient + row * job.classes;
    const auto target = static_cast<std::size_t>(job.targets[row]);
    const RowSums sums = sums_of(x, job.classes);
    const float normaliser = exponentials(x, job.classes, sums.greatest, of_x);
    loss[row] =
        sums.greatest + std::log(normaliser) - (1 - job.smoothing) * x[target] - evenly * sums.sum;
    over_channels(job.classes, [&](auto d, std::size_t c) HWY_ATTR {
      const auto share = hn::Mul(hn::LoadU(d, of_x + c), hn::Set(d, 1 / normaliser));
      hn::StoreU(hn::Sub(share, hn::Set(d, evenly)), d, of_x + c);
    });
    of_x[target] -= 1 - job.smoothing;
  }
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(rows);

void cross_entropy(const CrossEntropy& job, std::size_t begin, std::size_t end, float* loss,
                   float* gradient) {
  HWY_DYNAMIC_DISPATCH(rows)(job, begin, end, loss, gradient);
}

}  // namespace ag::kernels::cpu
#endif
