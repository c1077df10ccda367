// Vectors of floats from memory of either storage type, activations on them, and loops over
// channels. Included once a target by the *.cpp that Highway compiles for every instruction set.

#if defined(AG_KERNELS_SIMD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_SIMD_INL_H
#undef AG_KERNELS_SIMD_INL_H
#else
#define AG_KERNELS_SIMD_INL_H
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "framework/kernels/cpu/bf16-inl.h"
#include "framework/kernels/cpu/deferred.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

using FullTag = hn::ScalableTag<float>;
using OneTag = hn::CappedTag<float, 1>;
constexpr std::size_t kLanes = HWY_LANES(float);

// MobileNets' widths are multiples of 8: what is left after vectors of 16 is mostly half a one.
constexpr std::size_t kFewLanes = 8;
using FewTag = hn::CappedTag<float, kFewLanes>;

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const float* from) {
  return hn::LoadU(d, from);
}

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const Bf16* from) {
  const hn::Rebind<std::uint16_t, D> d16;
  return from_bf16(d, hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(from)));
}

// Stores return what is in memory then.
template <class D>
HWY_INLINE hn::Vec<D> store(D d, hn::Vec<D> value, float* to) {
  hn::StoreU(value, d, to);
  return value;
}

template <class D>
HWY_INLINE hn::Vec<D> store(D d, hn::Vec<D> value, Bf16* to) {
  const hn::Rebind<std::uint16_t, D> d16;
  const auto bits = to_bf16(d, value);
  hn::StoreU(bits, d16, reinterpret_cast<std::uint16_t*>(to));
  return from_bf16(d, bits);
}

template <Activation kActivation, class D>
HWY_INLINE hn::Vec<D> activate(D d, hn::Vec<D> z) {
  if constexpr (kActivation == Activation::kRelu) {
    return hn::Max(z, hn::Zero(d));
  } else if constexpr (kActivation == Activation::kRelu6) {
    return hn::Min(hn::Max(z, hn::Zero(d)), hn::Set(d, 6.0F));
  } else if constexpr (kActivation == Activation::kHardSwish) {
    const auto gate = hn::Min(hn::Max(hn::Add(z, hn::Set(d, 3.0F)), hn::Zero(d)), hn::Set(d, 6.0F));
    return hn::Mul(hn::Mul(z, gate), hn::Set(d, 1.0F / 6.0F));
  } else {
    static_assert(kActivation == Activation::kNone);
    return z;
  }
}

// `grad` times the activation's derivative at z.
template <Activation kActivation, class D>
HWY_INLINE hn::Vec<D> activate_backward(D d, hn::Vec<D> z, hn::Vec<D> grad) {
  if constexpr (kActivation == Activation::kRelu) {
    return hn::IfThenElseZero(hn::Gt(z, hn::Zero(d)), grad);
  } else if constexpr (kActivation == Activation::kRelu6) {
    const auto inside = hn::And(hn::Gt(z, hn::Zero(d)), hn::Lt(z, hn::Set(d, 6.0F)));
    return hn::IfThenElseZero(inside, grad);
  } else if constexpr (kActivation == Activation::kHardSwish) {
    const auto slope = hn::MulAdd(z, hn::Set(d, 1.0F / 3.0F), hn::Set(d, 0.5F));
    const auto above = hn::IfThenElse(hn::Lt(z, hn::Set(d, 3.0F)), hn::Mul(grad, slope), grad);
    return hn::IfThenElseZero(hn::Gt(z, hn::Set(d, -3.0F)), above);
  } else {
    static_assert(kActivation == Activation::kNone);
    return grad;
  }
}

// Calls f(std::integral_constant<Activation, …>) for an activation that is known at run time.
// BatchNorm is followed by no hard sigmoid.
template <class F>
HWY_INLINE void with_activation(Activation activation, const F& f) {
  switch (activation) {
    case Activation::kRelu:
      return f(std::integral_constant<Activation, Activation::kRelu>());
    case Activation::kRelu6:
      return f(std::integral_constant<Activation, Activation::kRelu6>());
    case Activation::kHardSwish:
      return f(std::integral_constant<Activation, Activation::kHardSwish>());
    default:
      return f(std::integral_constant<Activation, Activation::kNone>());
  }
}

// Calls f(d, c) for channels c to c + Lanes(d) - 1: whole vectors, half a one, and one by one what
// is left.
template <class F>
HWY_INLINE void over_channels(std::size_t channels, const F& f) {
  std::size_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) f(FullTag(), c);
  if constexpr (kLanes > kFewLanes) {
    for (; c + kFewLanes <= channels; c += kFewLanes) f(FewTag(), c);
  }
  for (; c < channels; ++c) f(OneTag(), c);
}

// Rows of features that are read or written at a time: enough that what is kept for each channel
// is loaded seldom, few enough that each row's memory is walked in order.
constexpr std::size_t kRowGroup = 8;

// Rows whose sums are kept in float, before they go to double.
constexpr std::size_t kFloatRows = 256;

// Calls f(d, first row, end row, channel) for groups of rows [begin, end) and each of their
// vectors.
template <class F>
HWY_INLINE void over_row_groups(std::size_t begin, std::size_t end, std::size_t channels,
                                const F& f) {
  for (std::size_t row = begin; row < end; row += kRowGroup) {
    const std::size_t stop = end - row < kRowGroup ? end : row + kRowGroup;
    over_channels(channels, [&](auto d, std::size_t c) HWY_ATTR { f(d, row, stop, c); });
  }
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
