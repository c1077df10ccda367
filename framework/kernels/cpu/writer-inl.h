// Writing features, into the caches or past them.

#if defined(AG_KERNELS_WRITER_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_WRITER_INL_H
#undef AG_KERNELS_WRITER_INL_H
#else
#define AG_KERNELS_WRITER_INL_H
#endif

#include <hwy/cache_control.h>

#include "framework/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Of what a call writes. A third-level cache has tens of MB, of which a core gets a few.
constexpr std::size_t kPastCachesBytes = 8 << 20;

// store() past the caches, to an aligned place. Parts of vectors, and those too small for that,
// take the ordinary way.
template <class D, class T>
HWY_INLINE hn::Vec<D> stream(D d, hn::Vec<D> value, T* to) {
  if constexpr (hn::MaxLanes(D()) != kLanes || kLanes * sizeof(T) < 16) {
    return store(d, value, to);
  } else if constexpr (std::is_same_v<T, Bf16>) {
    const auto bits = to_bf16(d, value);
    hn::Stream(bits, hn::Rebind<std::uint16_t, D>(), reinterpret_cast<std::uint16_t*>(to));
    return from_bf16(d, bits);
  } else {
    hn::Stream(value, d, to);
    return value;
  }
}

// Whether `bytes` from there on, too many for the caches to keep until they are read, can be and
// are best written past them.
template <class T>
HWY_INLINE bool goes_past_caches(const T* to, std::size_t bytes, std::size_t channels) {
  const bool aligned = reinterpret_cast<std::uintptr_t>(to) % (kLanes * sizeof(T)) == 0;
  return aligned && channels % kLanes == 0 && bytes >= kPastCachesBytes;
}

template <class D, class T>
HWY_INLINE hn::Vec<D> write(D d, hn::Vec<D> value, T* to, bool past_caches) {
  return past_caches ? stream(d, value, to) : store(d, value, to);
}

// Calls f(writer) with writer(d, value, pointer) as store() is, past the caches or not.
template <class F>
HWY_INLINE void with_writer(bool past_caches, const F& f) {
  if (past_caches) {
    f([](auto d, auto value, auto* to) HWY_ATTR { return stream(d, value, to); });
  } else {
    f([](auto d, auto value, auto* to) HWY_ATTR { return store(d, value, to); });
  }
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
