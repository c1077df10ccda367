// Where a 1x1 convolution's product goes, out of the registers: to memory and into the sums of a
// BatchNorm. panels-inl.h says what a sink is.

#if defined(AG_KERNELS_POINTWISE_SINKS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_POINTWISE_SINKS_INL_H
#undef AG_KERNELS_POINTWISE_SINKS_INL_H
#else
#define AG_KERNELS_POINTWISE_SINKS_INL_H
#endif

#include "framework/kernels/cpu/gradient-inl.h"
#include "framework/kernels/cpu/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Writes what it takes, and adds it, less the pivot, and its squares to sums. The pivot is the
// first row, where there is none yet.
template <class T>
struct WrittenWithMoments {
  T* to = nullptr;
  std::size_t channels = 0;
  bool past_caches = false;
  float* pivot = nullptr;
  bool wants_pivot = false;
  float* sums = nullptr;
  float* squares = nullptr;

  template <std::size_t kVectors, class D, class Count, class Get>
  HWY_INLINE void take(D d, std::size_t row, std::size_t c, Count count, const Get& get) const {
    hn::Vec<D> centre[kVectors], sum[kVectors], square[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      if (wants_pivot && row == 0) hn::StoreU(get(0, v), d, pivot + c + v * kLanes);
      centre[v] = hn::LoadU(d, pivot + c + v * kLanes);
      sum[v] = hn::LoadU(d, sums + c + v * kLanes);
      square[v] = hn::LoadU(d, squares + c + v * kLanes);
    }
    T* out = to + row * channels + c;
    const std::size_t rows = count;
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < rows; ++i, out += channels) {
      for (std::size_t v = 0; v < kVectors; ++v) {
        const auto stored = write(d, get(i, v), out + v * kLanes, past_caches);
        const auto value = hn::Sub(stored, centre[v]);
        sum[v] = hn::Add(sum[v], value);
        square[v] = hn::MulAdd(value, value, square[v]);
      }
    }
    for (std::size_t v = 0; v < kVectors; ++v) {
      hn::StoreU(sum[v], d, sums + c + v * kLanes);
      hn::StoreU(square[v], d, squares + c + v * kLanes);
    }
  }
};

// Takes da of what was read; writes dz and adds it to the sums.
template <class T, Activation kActivation>
struct WrittenGradient {
  const T* x = nullptr;
  T* to = nullptr;
  std::size_t channels = 0;
  bool past_caches = false;
  Deferred deferred;
  const float* mean = nullptr;
  float* sums = nullptr;
  float* centred = nullptr;

  template <std::size_t kVectors, class D, class Count, class Get>
  HWY_INLINE void take(D d, std::size_t row, std::size_t c, Count count, const Get& get) const {
    hn::Vec<D> sum[kVectors], sum_centred[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) {
      sum[v] = hn::LoadU(d, sums + c + v * kLanes);
      sum_centred[v] = hn::LoadU(d, centred + c + v * kLanes);
    }
    std::size_t offset = row * channels + c;
    const std::size_t rows = count;
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < rows; ++i, offset += channels) {
      for (std::size_t v = 0; v < kVectors; ++v) {
        const std::size_t channel = c + v * kLanes;
        const auto value = load(d, x + offset + v * kLanes);
        const auto z = hn::MulAdd(value, hn::LoadU(d, deferred.scale + channel),
                                  hn::LoadU(d, deferred.shift + channel));
        const auto dz = write(d, activate_backward<kActivation>(d, z, get(i, v)),
                              to + offset + v * kLanes, past_caches);
        sum[v] = hn::Add(sum[v], dz);
        sum_centred[v] =
            hn::MulAdd(dz, hn::Sub(value, hn::LoadU(d, mean + channel)), sum_centred[v]);
      }
    }
    for (std::size_t v = 0; v < kVectors; ++v) {
      hn::StoreU(sum[v], d, sums + c + v * kLanes);
      hn::StoreU(sum_centred[v], d, centred + c + v * kLanes);
    }
  }
};

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
