// A quantised graph on LibTorch's integer kernels (FBGEMM, oneDNN or QNNPACK, as the processor
// has it): to measure how long int8 takes where no other runtime is at hand.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <optional>
#include <string>
#include <vector>

#include "framework/deploy/quantization.h"
#include "framework/nn/graph.h"

namespace ag::deploy {

// One thread at a time. Weights are packed when it is made. Sets LibTorch's quantised engine for
// the whole process.
class Int8Kernels {
 public:
  Int8Kernels(const nn::Graph& graph, const Quantization& quantization);

  // As run_graph. Close to SimulatedInt8, not equal: the kernels round averages and products their
  // own way, and where a processor adds eight-bit products in sixteen bits they may saturate.
  std::vector<at::Tensor> run(const at::Tensor& pictures) const;

  // For people: "FBGEMM".
  static std::string engine();

 private:
  at::Tensor compute(nn::ValueId value, const std::vector<at::Tensor>& inputs) const;
  at::Tensor compute_in_integers(nn::ValueId value, const ValueScale& scale,
                                 const std::vector<at::Tensor>& inputs) const;

  nn::Graph graph_;
  // What a node's result is quantised to: its own scale, or that of the clip that alone takes it.
  std::vector<std::optional<ValueScale>> scales_;
  std::vector<c10::IValue> packed_;  // weights of convolutions and linear layers, by ValueId
  std::vector<bool> passes_on_;      // clips that their input's range has done already
};

}  // namespace ag::deploy
