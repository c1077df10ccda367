#include "framework/train/batch_on_device.h"

#include <ATen/ATen.h>

namespace ag::train {

BatchOnDevice on_device_of(const nn::Network& network, const loader::Batch& batch) {
  const at::Tensor& like = network.parameters().front().tensor;
  const auto label = [&like](const at::Tensor& labels) {
    return labels.to(like.device(), /*non_blocking=*/true);
  };
  return {batch.pictures.to(like.options(), /*non_blocking=*/true), label(batch.age),
          label(batch.gender)};
}

}  // namespace ag::train
