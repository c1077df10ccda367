// bfloat16 numbers: rounding to them, and products of pairs of them where the processor has
// instructions for both.
//
// A vector of pairs holds two bfloat16 numbers in each float's place, the first in the lower half.
// AG_PAIRS says whether the target multiplies those.

#if defined(AG_KERNELS_BF16_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_BF16_INL_H
#undef AG_KERNELS_BF16_INL_H
#else
#define AG_KERNELS_BF16_INL_H
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "framework/kernels/cpu/targets.h"

#undef AG_PAIRS
#define AG_PAIRS (HWY_TARGET == AG_TARGET_BF16)

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The bits of `value` in bfloat16: the nearest, ties to even.
template <class D>
HWY_INLINE hn::Vec<hn::Rebind<std::uint16_t, D>> to_bf16(D /*d*/, hn::Vec<D> value) {
  const hn::Rebind<std::uint16_t, D> d16;
#if AG_PAIRS
  using Bits = hn::Vec<decltype(d16)>;
  decltype(Bits::raw) raw;  // a member would go through memory
  asm("vcvtneps2bf16 %1, %0" : "=v"(raw) : "v"(value.raw));
  return Bits{raw};
#else
  const hn::Rebind<std::uint32_t, D> d32;
  const hn::Rebind<std::int32_t, D> signed32;
  const auto bits = hn::BitCast(d32, value);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1));
  const auto rounded = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(d32, 0x7FFF))));
  return hn::DemoteTo(d16, hn::BitCast(signed32, rounded));
#endif
}

template <class D>
HWY_INLINE hn::Vec<D> from_bf16(D d, hn::Vec<hn::Rebind<std::uint16_t, D>> bits) {
  const hn::Rebind<std::uint32_t, D> d32;
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
}

// Pairs of the numbers of `first` and those of `second`, rounded.
template <class D>
HWY_INLINE hn::Vec<D> pairs_of(D d, hn::Vec<D> first, hn::Vec<D> second) {
  const hn::Rebind<std::uint32_t, D> d32;
  const auto low = hn::PromoteTo(d32, to_bf16(d, first));
  const auto high = hn::ShiftLeft<16>(hn::PromoteTo(d32, to_bf16(d, second)));
  return hn::BitCast(d, hn::Or(low, high));
}

#if AG_PAIRS
// sums + a.first * b.first + a.second * b.second.
template <class V>
HWY_INLINE V add_products_of_pairs(V a, V b, V sums) {
  auto raw = sums.raw;  // a member would go through memory
  asm("vdpbf16ps %2, %1, %0" : "+v"(raw) : "v"(a.raw), "v"(b.raw));
  return V{raw};
}
#endif

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
