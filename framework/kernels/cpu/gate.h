// Gates of a number for each picture and channel, and means over a picture's pixels: what a
// squeeze-and-excite block does to features, and the pooling before a head.
//
// Functions work on pictures [begin, end) alone, so that several threads may run them at once, each
// with sums of its own. Features are float or Bf16, arithmetic is in float.
#pragma once

#include <cstddef>

#include "framework/kernels/cpu/deferred.h"

namespace ag::kernels::cpu {

// Features [pictures, pixels, channels], and how they are read.
template <class T>
struct Pictures {
  const T* x = nullptr;
  std::size_t pixels = 0, channels = 0;
  Deferred deferred;
};

// Of what a reader sees: means [pictures, channels].
template <class T>
void average(const Pictures<T>& pictures, std::size_t begin, std::size_t end, float* means);

// out = what a reader sees times gate [pictures, channels].
template <class T>
void apply_gate(const Pictures<T>& pictures, const float* gate, std::size_t begin, std::size_t end,
                T* out);

// The gradient of the gate [pictures, channels], of `grad` at what came out.
template <class T>
void gate_gradient(const Pictures<T>& pictures, const T* grad, std::size_t begin, std::size_t end,
                   float* of_gate);

// The way back to what was read, which is deferred: dz = (grad * gate + added) * activation'(z).
// Without `grad` and `gate`, where only means were read, dz = added * activation'(z).
template <class T>
struct GateBackward {
  Pictures<T> pictures;
  const float* mean = nullptr;   // of x, [channels]: for the sums
  const T* grad = nullptr;       // at what came out
  const float* gate = nullptr;   // [pictures, channels]
  const float* added = nullptr;  // likewise
  T* dz = nullptr;
};

template <class T>
void gate_backward(const GateBackward<T>& job, std::size_t begin, std::size_t end,
                   GradientSums& sums);

}  // namespace ag::kernels::cpu
