#include "framework/nn/network.h"

#include <utility>

#include "framework/core/error.h"
#include "framework/nn/block.h"
#include "framework/nn/head.h"

namespace ag::nn {

Network::Network(std::string name, int input_size, std::vector<std::unique_ptr<Block>> blocks,
                 std::unique_ptr<Head> head, std::vector<NamedTensor> parameters,
                 std::vector<NamedTensor> buffers)
    : name_(std::move(name)),
      input_size_(input_size),
      blocks_(std::move(blocks)),
      head_(std::move(head)),
      parameters_(std::move(parameters)),
      buffers_(std::move(buffers)) {}

Network::~Network() = default;

Prediction Network::forward(const at::Tensor& pictures, const ForwardContext& context) {
  if (pictures.dim() != 4 || pictures.size(1) != 3 || pictures.size(2) < kSmallestInput ||
      pictures.size(3) < kSmallestInput) {
    throw Error("network", "wants pictures [N, 3, S, S] with a side of at least " +
                               std::to_string(kSmallestInput));
  }
  if (context.training && static_cast<std::int64_t>(context.samples.size()) != context.real) {
    throw Error("network", std::to_string(context.samples.size()) + " sample numbers for " +
                               std::to_string(context.real) + " real rows");
  }
  at::Tensor x = pictures.contiguous(at::MemoryFormat::ChannelsLast);
  for (const std::unique_ptr<Block>& block : blocks_) x = block->forward(x, context);
  return head_->forward(x, context);
}

void Network::to(at::Device device) {
  for (const auto* tensors : {&parameters_, &buffers_}) {
    for (const NamedTensor& named : *tensors) {
      named.tensor.set_data(named.tensor.tensor_data().to(device));
    }
  }
}

Summary Network::summary() const {
  Summary summary{.name = name_, .input = {3, input_size_, input_size_}, .layers = {}};
  Shape shape = summary.input;
  for (const std::unique_ptr<Block>& block : blocks_) {
    shape = block->describe(shape, summary.layers);
  }
  head_->describe(shape, summary.layers);
  return summary;
}

}  // namespace ag::nn
