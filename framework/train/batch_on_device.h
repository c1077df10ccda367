// A batch, brought to where the network is.
#pragma once

#include <ATen/core/Tensor.h>

#include "framework/loader/batch.h"
#include "framework/nn/network.h"

namespace ag::train {

// Its tensors there, the pictures in the network's number type.
struct BatchOnDevice {
  at::Tensor pictures;
  at::Tensor age;
  at::Tensor gender;
};

// Copies to a GPU go on beside what the caller does next: `batch` must stay as it is until
// something computed from it has been read back.
BatchOnDevice on_device_of(const nn::Network& network, const loader::Batch& batch);

}  // namespace ag::train
