// What a forward pass must know besides the pictures.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>

#include "framework/kernels/layer_clock.h"

namespace ag::nn {

struct ForwardContext {
  // Training: BatchNorm takes the batch's statistics and updates the running ones, dropout drops.
  // Otherwise the running statistics serve, nothing is dropped, and no other field is read.
  bool training = false;

  // In training, the first stages (see NamedTensor) that are frozen: their BatchNorms do as in
  // evaluation, and they have no graph, so that their parameters get no gradients.
  int frozen_stages = 0;

  // Rows that count, the first ones; the rest is fill-up. 0 <= real <= rows.
  std::int64_t real = 0;

  // Dropout's mask of row i is a function of (seed, epoch, samples[i]) and of the layer alone.
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::span<const std::uint32_t> samples;  // of the `real` rows

  // Adds a tensor up over all ranks, in place. Set, it makes BatchNorm synchronised: every rank
  // must then run the same forward and backward, in the same order.
  std::function<void(const at::Tensor&)> all_reduce_sum;

  // Where layers note how long they take; null: nowhere. It must outlive the backward pass.
  kernels::LayerClock* clock = nullptr;
};

}  // namespace ag::nn
