// BatchNorm and activation of channels-last features, in passes of their own: for features that
// are read, or were written, by something else than this room's convolutions.
//
// Features are rows of channels, a row for each pixel. Functions work on rows [begin, end) alone
// and add to the caller's sums, so that several threads may run them at once, each with sums of its
// own. Features are float or Bf16, arithmetic is in float, sums over blocks of rows in double.
#pragma once

#include <cstddef>

#include "framework/kernels/cpu/deferred.h"

namespace ag::kernels::cpu {

// Features [rows, channels].
template <class T>
struct Rows {
  const T* data = nullptr;
  std::size_t channels = 0;
};

template <class T>
void add_moments(const Rows<T>& y, std::size_t begin, std::size_t end, Moments& moments);

// out = what a reader of y sees, plus `added` where that isn't null.
template <class T>
void normalise(const Rows<T>& y, const Deferred& deferred, const T* added, std::size_t begin,
               std::size_t end, T* out);

// Sums of dz = da * activation'(z), where grad is da, and of dz times (y - mean). Writes dz, too,
// where that isn't null.
template <class T>
void add_gradient_sums(const Rows<T>& y, const Deferred& deferred, const float* mean, const T* grad,
                       std::size_t begin, std::size_t end, GradientSums& sums, T* dz = nullptr);

// dy, written out. `output.y` has that many channels.
template <class T>
void write_output_gradient(const OutputGradient<T>& output, std::size_t channels, std::size_t begin,
                           std::size_t end, T* dy);

}  // namespace ag::kernels::cpu
