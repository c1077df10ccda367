// Passes of BatchNorm and activation, once for every instruction set.
#include "framework/kernels/cpu/normalise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/normalise_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/block_sums-inl.h"
#include "framework/kernels/cpu/gradient-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

template <class T>
void moments_of(const Rows<T>& y, std::size_t begin, std::size_t end, Moments& moments) {
  const std::size_t channels = y.channels;
  if (begin == end) return;
  if (moments.rows == 0) {
    over_channels(channels, [&](auto d, std::size_t c) HWY_ATTR {
      hn::StoreU(load(d, y.data + begin * channels + c), d, moments.pivot.data() + c);
    });
  }
  BlockSums sums(channels);
  for (std::size_t block = begin; block < end; block += kFloatRows) {
    const std::size_t stop = std::min(end, block + kFloatRows);
    over_row_groups(block, stop, channels,
                    [&](auto d, std::size_t row, std::size_t last, std::size_t c) HWY_ATTR {
                      const auto pivot = hn::LoadU(d, moments.pivot.data() + c);
                      auto sum = hn::LoadU(d, sums.first() + c);
                      auto squares = hn::LoadU(d, sums.second() + c);
                      for (std::size_t r = row; r < last; ++r) {
                        const auto value = hn::Sub(load(d, y.data + r * channels + c), pivot);
                        sum = hn::Add(sum, value);
                        squares = hn::MulAdd(value, value, squares);
                      }
                      hn::StoreU(sum, d, sums.first() + c);
                      hn::StoreU(squares, d, sums.second() + c);
                    });
    sums.move_to(moments.sum, moments.squares);
  }
  moments.rows += end - begin;
}

template <class T>
void normalised(const Rows<T>& y, const Deferred& deferred, const T* added, std::size_t begin,
                std::size_t end, T* out) {
  const std::size_t channels = y.channels;
  with_reader(deferred, [&](const auto& reader) HWY_ATTR {
    over_row_groups(begin, end, channels,
                    [&](auto d, std::size_t row, std::size_t last, std::size_t c) HWY_ATTR {
                      const auto read = reader(d, c);
                      for (std::size_t at = row * channels + c; at < last * channels;
                           at += channels) {
                        auto value = read(y.data + at);
                        if (added != nullptr) value = hn::Add(value, load(d, added + at));
                        store(d, value, out + at);
                      }
                    });
  });
}

template <class T>
void gradient_sums_of(const Rows<T>& y, const Deferred& deferred, const float* mean, const T* grad,
                      std::size_t begin, std::size_t end, GradientSums& sums, T* written) {
  const std::size_t channels = y.channels;
  BlockSums block_sums(channels);
  with_activation(deferred.activation, [&](auto activation) HWY_ATTR {
    for (std::size_t block = begin; block < end; block += kFloatRows) {
      const std::size_t stop = std::min(end, block + kFloatRows);
      over_row_groups(block, stop, channels,
                      [&](auto d, std::size_t row, std::size_t last, std::size_t c) HWY_ATTR {
                        const auto scale = hn::LoadU(d, deferred.scale + c);
                        const auto shift = hn::LoadU(d, deferred.shift + c);
                        const auto centre = hn::LoadU(d, mean + c);
                        auto sum = hn::LoadU(d, block_sums.first() + c);
                        auto centred = hn::LoadU(d, block_sums.second() + c);
                        for (std::size_t r = row; r < last; ++r) {
                          const auto value = load(d, y.data + r * channels + c);
                          auto dz = activate_backward<activation()>(
                              d, hn::MulAdd(value, scale, shift), load(d, grad + r * channels + c));
                          if (written != nullptr) dz = store(d, dz, written + r * channels + c);
                          sum = hn::Add(sum, dz);
                          centred = hn::MulAdd(dz, hn::Sub(value, centre), centred);
                        }
                        hn::StoreU(sum, d, block_sums.first() + c);
                        hn::StoreU(centred, d, block_sums.second() + c);
                      });
      block_sums.move_to(sums.dz, sums.dz_centred);
    }
  });
}

template <class T>
void output_gradient(const OutputGradient<T>& output, std::size_t channels, std::size_t begin,
                     std::size_t end, T* dy) {
  with_output_gradient(output, [&](const auto& gradient) HWY_ATTR {
    over_row_groups(begin, end, channels,
                    [&](auto d, std::size_t row, std::size_t last, std::size_t c) HWY_ATTR {
                      const auto read = gradient(d, c);
                      for (std::size_t at = row * channels + c; at < last * channels;
                           at += channels) {
                        store(d, read(at), dy + at);
                      }
                    });
  });
}

void moments_float(const Rows<float>& y, std::size_t begin, std::size_t end, Moments& moments) {
  moments_of(y, begin, end, moments);
}
void moments_bf16(const Rows<Bf16>& y, std::size_t begin, std::size_t end, Moments& moments) {
  moments_of(y, begin, end, moments);
}
void normalise_float(const Rows<float>& y, const Deferred& deferred, const float* added,
                     std::size_t begin, std::size_t end, float* out) {
  normalised(y, deferred, added, begin, end, out);
}
void normalise_bf16(const Rows<Bf16>& y, const Deferred& deferred, const Bf16* added,
                    std::size_t begin, std::size_t end, Bf16* out) {
  normalised(y, deferred, added, begin, end, out);
}
void gradient_sums_float(const Rows<float>& y, const Deferred& deferred, const float* mean,
                         const float* grad, std::size_t begin, std::size_t end, GradientSums& sums,
                         float* dz) {
  gradient_sums_of(y, deferred, mean, grad, begin, end, sums, dz);
}
void gradient_sums_bf16(const Rows<Bf16>& y, const Deferred& deferred, const float* mean,
                        const Bf16* grad, std::size_t begin, std::size_t end, GradientSums& sums,
                        Bf16* dz) {
  gradient_sums_of(y, deferred, mean, grad, begin, end, sums, dz);
}
void output_gradient_float(const OutputGradient<float>& output, std::size_t channels,
                           std::size_t begin, std::size_t end, float* dy) {
  output_gradient(output, channels, begin, end, dy);
}
void output_gradient_bf16(const OutputGradient<Bf16>& output, std::size_t channels,
                          std::size_t begin, std::size_t end, Bf16* dy) {
  output_gradient(output, channels, begin, end, dy);
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(moments_float);
HWY_EXPORT(moments_bf16);
HWY_EXPORT(normalise_float);
HWY_EXPORT(normalise_bf16);
HWY_EXPORT(gradient_sums_float);
HWY_EXPORT(gradient_sums_bf16);
HWY_EXPORT(output_gradient_float);
HWY_EXPORT(output_gradient_bf16);

template <>
void add_moments(const Rows<float>& y, std::size_t begin, std::size_t end, Moments& moments) {
  HWY_DYNAMIC_DISPATCH(moments_float)(y, begin, end, moments);
}
template <>
void add_moments(const Rows<Bf16>& y, std::size_t begin, std::size_t end, Moments& moments) {
  HWY_DYNAMIC_DISPATCH(moments_bf16)(y, begin, end, moments);
}

template <>
void normalise(const Rows<float>& y, const Deferred& deferred, const float* added,
               std::size_t begin, std::size_t end, float* out) {
  HWY_DYNAMIC_DISPATCH(normalise_float)(y, deferred, added, begin, end, out);
}
template <>
void normalise(const Rows<Bf16>& y, const Deferred& deferred, const Bf16* added, std::size_t begin,
               std::size_t end, Bf16* out) {
  HWY_DYNAMIC_DISPATCH(normalise_bf16)(y, deferred, added, begin, end, out);
}

template <>
void add_gradient_sums(const Rows<float>& y, const Deferred& deferred, const float* mean,
                       const float* grad, std::size_t begin, std::size_t end, GradientSums& sums,
                       float* dz) {
  HWY_DYNAMIC_DISPATCH(gradient_sums_float)(y, deferred, mean, grad, begin, end, sums, dz);
}
template <>
void add_gradient_sums(const Rows<Bf16>& y, const Deferred& deferred, const float* mean,
                       const Bf16* grad, std::size_t begin, std::size_t end, GradientSums& sums,
                       Bf16* dz) {
  HWY_DYNAMIC_DISPATCH(gradient_sums_bf16)(y, deferred, mean, grad, begin, end, sums, dz);
}

template <>
void write_output_gradient(const OutputGradient<float>& output, std::size_t channels,
                           std::size_t begin, std::size_t end, float* dy) {
  HWY_DYNAMIC_DISPATCH(output_gradient_float)(output, channels, begin, end, dy);
}
template <>
void write_output_gradient(const OutputGradient<Bf16>& output, std::size_t channels,
                           std::size_t begin, std::size_t end, Bf16* dy) {
  HWY_DYNAMIC_DISPATCH(output_gradient_bf16)(output, channels, begin, end, dy);
}

}  // namespace ag::kernels::cpu
#endif
