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

// Calls f(reader) with reader(d, pointer, channel) giving what a reader of `deferred` sees.
template <class F>
HWY_INLINE void with_reader(const Deferred& deferred, const F& f) {
  if (deferred.scale == nullptr) {
    return f([](auto d, const auto* from, std::size_t) HWY_ATTR { return load(d, from); });
  }
  with_activation(deferred.activation, [&](auto activation) HWY_ATTR {
    f([&](auto d, const auto* from, std::size_t c) HWY_ATTR {
      const auto z = hn::MulAdd(load(d, from), hn::LoadU(d, deferred.scale + c),
                                hn::LoadU(d, deferred.shift + c));
      return activate<activation()>(d, z);
    });
  });
}

// Calls f(gradient) with gradient(d, offset, channel) giving dy at that place of the tensors.
template <class T, class F>
HWY_INLINE void with_output_gradient(const OutputGradient<T>& output, const F& f) {
  const Activation still_to_do = output.grad_is_dz ? Activation::kNone : output.deferred.activation;
  with_activation(still_to_do, [&](auto activation) HWY_ATTR {
    f([&](auto d, std::size_t offset, std::size_t c) HWY_ATTR {
      const auto y = load(d, output.y + offset);
      auto dz = load(d, output.grad + offset);
      if constexpr (activation() != Activation::kNone) {
        const auto z = hn::MulAdd(y, hn::LoadU(d, output.deferred.scale + c),
                                  hn::LoadU(d, output.deferred.shift + c));
        dz = activate_backward<activation()>(d, z, dz);
      }
      const auto rest =
          hn::MulAdd(y, hn::LoadU(d, output.of_y + c), hn::LoadU(d, output.constant + c));
      return hn::MulAdd(dz, hn::LoadU(d, output.of_dz + c), rest);
    });
  });
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
