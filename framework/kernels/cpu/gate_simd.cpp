// Gates and means of pictures, once for every instruction set.
#include "framework/kernels/cpu/gate.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/gate_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/block_sums-inl.h"
#include "framework/kernels/cpu/gradient-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

// Calls f(d, first, end, channel) for groups of a picture's pixels, counted over all pictures, and
// each of their vectors.
template <class F>
HWY_INLINE void over_pixels(std::size_t picture, std::size_t pixels, std::size_t channels,
                            const F& f) {
  over_row_groups(picture * pixels, (picture + 1) * pixels, channels, f);
}

template <class T>
void average_of(const Pictures<T>& of, std::size_t begin, std::size_t end, float* means) {
  const std::size_t channels = of.channels;
  std::fill(means + begin * channels, means + end * channels, 0.0F);
  with_reader(of.deferred, [&](const auto& reader) HWY_ATTR {
    for (std::size_t picture = begin; picture < end; ++picture) {
      float* sums = means + picture * channels;
      over_pixels(picture, of.pixels, channels,
                  [&](auto d, std::size_t first, std::size_t last, std::size_t c) HWY_ATTR {
                    const auto read = reader(d, c);
                    auto sum = hn::LoadU(d, sums + c);
                    for (std::size_t at = first; at < last; ++at) {
                      sum = hn::Add(sum, read(of.x + at * channels + c));
                    }
                    hn::StoreU(sum, d, sums + c);
                  });
      const float share = 1.0F / static_cast<float>(of.pixels);
      for (std::size_t c = 0; c < channels; ++c) sums[c] *= share;
    }
  });
}

template <class T>
void gated(const Pictures<T>& of, const float* gate, std::size_t begin, std::size_t end, T* out) {
  const std::size_t channels = of.channels;
  with_reader(of.deferred, [&](const auto& reader) HWY_ATTR {
    for (std::size_t picture = begin; picture < end; ++picture) {
      over_pixels(picture, of.pixels, channels,
                  [&](auto d, std::size_t first, std::size_t last, std::size_t c) HWY_ATTR {
                    const auto read = reader(d, c);
                    const auto factor = hn::LoadU(d, gate + picture * channels + c);
                    for (std::size_t at = first; at < last; ++at) {
                      const std::size_t place = at * channels + c;
                      store(d, hn::Mul(read(of.x + place), factor), out + place);
                    }
                  });
    }
  });
}

template <class T>
void gradient_of_gate(const Pictures<T>& of, const T* grad, std::size_t begin, std::size_t end,
                      float* of_gate) {
  const std::size_t channels = of.channels;
  std::fill(of_gate + begin * channels, of_gate + end * channels, 0.0F);
  with_reader(of.deferred, [&](const auto& reader) HWY_ATTR {
    for (std::size_t picture = begin; picture < end; ++picture) {
      float* sums = of_gate + picture * channels;
      over_pixels(picture, of.pixels, channels,
                  [&](auto d, std::size_t first, std::size_t last, std::size_t c) HWY_ATTR {
                    const auto read = reader(d, c);
                    auto sum = hn::LoadU(d, sums + c);
                    for (std::size_t at = first; at < last; ++at) {
                      const std::size_t place = at * channels + c;
                      sum = hn::MulAdd(read(of.x + place), load(d, grad + place), sum);
                    }
                    hn::StoreU(sum, d, sums + c);
                  });
    }
  });
}

template <bool kGated, class T>
void backward_pass(const GateBackward<T>& job, std::size_t begin, std::size_t end,
                   GradientSums& sums) {
  const Pictures<T>& of = job.pictures;
  const std::size_t channels = of.channels;
  BlockSums block(channels);
  std::size_t summed = 0;
  with_activation(of.deferred.activation, [&](auto activation) HWY_ATTR {
    for (std::size_t picture = begin; picture < end; ++picture) {
      over_pixels(picture, of.pixels, channels,
                  [&](auto d, std::size_t first, std::size_t last, std::size_t c) HWY_ATTR {
                    const auto scale = hn::LoadU(d, of.deferred.scale + c);
                    const auto shift = hn::LoadU(d, of.deferred.shift + c);
                    const auto centre = hn::LoadU(d, job.mean + c);
                    auto gate = hn::Zero(d);
                    if constexpr (kGated) gate = hn::LoadU(d, job.gate + picture * channels + c);
                    const auto added = hn::LoadU(d, job.added + picture * channels + c);
                    auto sum = hn::LoadU(d, block.first() + c);
                    auto centred = hn::LoadU(d, block.second() + c);
                    for (std::size_t at = first; at < last; ++at) {
                      const std::size_t place = at * channels + c;
                      const auto x = load(d, of.x + place);
                      auto da = added;
                      if constexpr (kGated) da = hn::MulAdd(load(d, job.grad + place), gate, added);
                      const auto dz = store(
                          d, activate_backward<activation()>(d, hn::MulAdd(x, scale, shift), da),
                          job.dz + place);
                      sum = hn::Add(sum, dz);
                      centred = hn::MulAdd(dz, hn::Sub(x, centre), centred);
                    }
                    hn::StoreU(sum, d, block.first() + c);
                    hn::StoreU(centred, d, block.second() + c);
                  });
      summed += of.pixels;
      if (summed < kFloatRows && picture + 1 < end) continue;
      block.move_to(sums.dz, sums.dz_centred);
      summed = 0;
    }
  });
}

template <class T>
void backward(const GateBackward<T>& job, std::size_t begin, std::size_t end, GradientSums& sums) {
  if (job.grad != nullptr) return backward_pass<true>(job, begin, end, sums);
  backward_pass<false>(job, begin, end, sums);
}

void average_float(const Pictures<float>& of, std::size_t begin, std::size_t end, float* means) {
  average_of(of, begin, end, means);
}
void average_bf16(const Pictures<Bf16>& of, std::size_t begin, std::size_t end, float* means) {
  average_of(of, begin, end, means);
}
void apply_float(const Pictures<float>& of, const float* gate, std::size_t begin, std::size_t end,
                 float* out) {
  gated(of, gate, begin, end, out);
}
void apply_bf16(const Pictures<Bf16>& of, const float* gate, std::size_t begin, std::size_t end,
                Bf16* out) {
  gated(of, gate, begin, end, out);
}
void gradient_float(const Pictures<float>& of, const float* grad, std::size_t begin,
                    std::size_t end, float* of_gate) {
  gradient_of_gate(of, grad, begin, end, of_gate);
}
void gradient_bf16(const Pictures<Bf16>& of, const Bf16* grad, std::size_t begin, std::size_t end,
                   float* of_gate) {
  gradient_of_gate(of, grad, begin, end, of_gate);
}
void backward_float(const GateBackward<float>& job, std::size_t begin, std::size_t end,
                    GradientSums& sums) {
  backward(job, begin, end, sums);
}
void backward_bf16(const GateBackward<Bf16>& job, std::size_t begin, std::size_t end,
                   GradientSums& sums) {
  backward(job, begin, end, sums);
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(average_float);
HWY_EXPORT(average_bf16);
HWY_EXPORT(apply_float);
HWY_EXPORT(apply_bf16);
HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_bf16);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_bf16);

template <>
void average(const Pictures<float>& pictures, std::size_t begin, std::size_t end, float* means) {
  HWY_DYNAMIC_DISPATCH(average_float)(pictures, begin, end, means);
}
template <>
void average(const Pictures<Bf16>& pictures, std::size_t begin, std::size_t end, float* means) {
  HWY_DYNAMIC_DISPATCH(average_bf16)(pictures, begin, end, means);
}

template <>
void apply_gate(const Pictures<float>& pictures, const float* gate, std::size_t begin,
                std::size_t end, float* out) {
  HWY_DYNAMIC_DISPATCH(apply_float)(pictures, gate, begin, end, out);
}
template <>
void apply_gate(const Pictures<Bf16>& pictures, const float* gate, std::size_t begin,
                std::size_t end, Bf16* out) {
  HWY_DYNAMIC_DISPATCH(apply_bf16)(pictures, gate, begin, end, out);
}

template <>
void gate_gradient(const Pictures<float>& pictures, const float* grad, std::size_t begin,
                   std::size_t end, float* of_gate) {
  HWY_DYNAMIC_DISPATCH(gradient_float)(pictures, grad, begin, end, of_gate);
}
template <>
void gate_gradient(const Pictures<Bf16>& pictures, const Bf16* grad, std::size_t begin,
                   std::size_t end, float* of_gate) {
  HWY_DYNAMIC_DISPATCH(gradient_bf16)(pictures, grad, begin, end, of_gate);
}

template <>
void gate_backward(const GateBackward<float>& job, std::size_t begin, std::size_t end,
                   GradientSums& sums) {
  HWY_DYNAMIC_DISPATCH(backward_float)(job, begin, end, sums);
}
template <>
void gate_backward(const GateBackward<Bf16>& job, std::size_t begin, std::size_t end,
                   GradientSums& sums) {
  HWY_DYNAMIC_DISPATCH(backward_bf16)(job, begin, end, sums);
}

}  // namespace ag::kernels::cpu
#endif
