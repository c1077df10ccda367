// Reading features and gradients through BatchNorm and activation, vector by vector.

#if defined(AG_KERNELS_GRADIENT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_GRADIENT_INL_H
#undef AG_KERNELS_GRADIENT_INL_H
#else
#define AG_KERNELS_GRADIENT_INL_H
#endif

#include "framework/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Calls f(reader), where reader(d, channel) reads those channels: called with a pointer it gives
// what a reader of `deferred` sees there. It holds what is kept for each channel in registers.
template <class F>
HWY_INLINE void with_reader(const Deferred& deferred, const F& f) {
  if (deferred.scale == nullptr) {
    return f([](auto d, std::size_t)
                 HWY_ATTR { return [d](const auto* from) HWY_ATTR { return load(d, from); }; });
  }
  with_activation(deferred.activation, [&](auto activation) HWY_ATTR {
    f([&](auto d, std::size_t c) HWY_ATTR {
      const auto scale = hn::LoadU(d, deferred.scale + c);
      const auto shift = hn::LoadU(d, deferred.shift + c);
      return [=](const auto* from) HWY_ATTR {
        return activate<decltype(activation)::value>(d, hn::MulAdd(load(d, from), scale, shift));
      };
    });
  });
}

// Calls f(gradient), where gradient(d, channel) reads those channels: called with an offset into
// the tensors it gives dy there.
template <class T, class F>
HWY_INLINE void with_output_gradient(const OutputGradient<T>& output, const F& f) {
  const Activation still_to_do = output.grad_is_dz ? Activation::kNone : output.deferred.activation;
  with_activation(still_to_do, [&](auto activation) HWY_ATTR {
    constexpr Activation kActivation = decltype(activation)::value;
    f([&](auto d, std::size_t c) HWY_ATTR {
      const auto of_dz = hn::LoadU(d, output.of_dz + c);
      const auto of_y = hn::LoadU(d, output.of_y + c);
      const auto constant = hn::LoadU(d, output.constant + c);
      auto scale = of_dz, shift = of_dz;
      if constexpr (kActivation != Activation::kNone) {
        scale = hn::LoadU(d, output.deferred.scale + c);
        shift = hn::LoadU(d, output.deferred.shift + c);
      }
      return [=, y = output.y, grad = output.grad](std::size_t offset) HWY_ATTR {
        const auto value = load(d, y + offset);
        auto dz = load(d, grad + offset);
        if constexpr (kActivation != Activation::kNone) {
          dz = activate_backward<kActivation>(d, hn::MulAdd(value, scale, shift), dz);
        }
        return hn::MulAdd(dz, of_dz, hn::MulAdd(value, of_y, constant));
      };
    });
  });
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
