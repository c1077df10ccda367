// Runs a network of ours on somebody else's weights and writes down all that it computes, so that
// the scripts beside it can compare each number with the original's.
//
// inputs   "pictures" [N, 3, S, S] in [-1, 1], "projection" of the output's shape
// outputs  "output": logits [N, classes], or the trunk's features [N, C, h, w] for 0 classes;
//          "gradient pictures" and "gradient NAME": of sum(output * projection), for every
//          parameter that the output depends on; "statistic NAME": running statistics afterwards.
//          The metadata "parameters" and "statistics" name both in the order of the forward pass.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "framework/core/error.h"
#include "framework/core/safetensors.h"
#include "framework/deploy/weight_file.h"
#include "framework/nn/classifier.h"
#include "framework/nn/network.h"
#include "framework/nn/weights/load_into.h"

namespace {

namespace fs = std::filesystem;
using ag::nn::NamedTensor;

struct Options {
  ag::nn::ModelConfig model;
  int size = 224;               // pixels a side
  std::int64_t classes = 1000;  // 0: the trunk's features
  std::string precision = "fp32";
  bool training = false;
  fs::path weights, inputs, outputs;
  fs::path exported;  // what was imported goes out into it; empty: nowhere
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("Runs a network on somebody else's weights");
  app.add_option("--model", options.model.name)->required();
  app.add_option("--flavour", options.model.flavour)->required();
  app.add_option("--width", options.model.width)->required();
  app.add_option("--depth-multiplier", options.model.depth_multiplier);
  app.add_option("--size", options.size)->required();
  app.add_option("--classes", options.classes);
  app.add_option("--precision", options.precision)->check(CLI::IsMember({"fp32", "fp64"}));
  app.add_flag("--training", options.training);
  app.add_option("--weights", options.weights)->required();
  app.add_option("--inputs", options.inputs)->required();
  app.add_option("--outputs", options.outputs)->required();
  app.add_option("--export", options.exported);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  options.model.dropout = 0;
  return options;
}

at::Tensor to_tensor(const ag::Safetensors& file, const std::string& name) {
  const ag::TensorBytes* found = file.find(name);
  if (found == nullptr) throw ag::Error("inputs", "there is no tensor '" + name + "'");
  const at::ScalarType type = found->dtype == ag::Dtype::kF64 ? at::kDouble : at::kFloat;
  at::Tensor tensor = at::empty(found->shape, at::TensorOptions(type));
  if (found->bytes.size() != tensor.nbytes()) {
    throw ag::Error("inputs", "'" + name + "' isn't of type F32 or F64");
  }
  std::memcpy(tensor.mutable_data_ptr(), found->bytes.data(), found->bytes.size());
  return tensor;
}

// Everything that was computed, packed, by name.
class Outputs {
 public:
  void add(const std::string& name, const at::Tensor& tensor) {
    tensors_.emplace_back(name, tensor.detach().contiguous());
  }

  void write(const fs::path& path, const ag::Metadata& metadata) const {
    std::vector<ag::TensorBytes> entries;
    for (const auto& [name, tensor] : tensors_) {
      entries.push_back(
          {name,
           tensor.scalar_type() == at::kDouble ? ag::Dtype::kF64 : ag::Dtype::kF32,
           tensor.sizes().vec(),
           {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}});
    }
    ag::write_safetensors(path, entries, metadata);
  }

 private:
  std::vector<std::pair<std::string, at::Tensor>> tensors_;
};

// In the naming of the flavour.
void export_weights(const Options& options, const ag::nn::Model& model) {
  const std::vector<NamedTensor> tensors = ag::weights::all_tensors(model);
  const ag::deploy::WeightSource source = {
      .family = options.model.name, .tensors = tensors, .with_head = false};
  if (options.model.flavour == "keras") {
    ag::deploy::write_keras_weights(options.exported, source);
  } else {
    const auto naming = options.model.flavour == "timm" ? ag::weights::Naming::kTimm
                                                        : ag::weights::Naming::kTorchvision;
    ag::deploy::write_state_dict(options.exported, source, naming, {});
  }
}

// Imports, and exports what was imported before a step changes it.
void exchange_weights(const Options& options, ag::nn::Model& model) {
  ag::weights::load_into(model, ag::weights::read_weights(options.weights), options.weights);
  if (!options.exported.empty()) export_weights(options, model);
}

ag::nn::ForwardContext context_of(const Options& options, std::span<const std::uint32_t> samples) {
  return {.training = options.training,
          .real = static_cast<std::int64_t>(samples.size()),
          .samples = samples};
}

// `forward` makes the output of pictures.
template <class Forward>
void compute(const Options& options, const ag::nn::Model& model, const Forward& forward) {
  const ag::Safetensors inputs = ag::Safetensors::read(options.inputs);
  const at::Tensor pictures = to_tensor(inputs, "pictures").requires_grad_();
  std::vector<std::uint32_t> samples(static_cast<std::size_t>(pictures.size(0)));
  std::iota(samples.begin(), samples.end(), 0u);

  const at::Tensor output = forward(pictures, context_of(options, samples));
  torch::autograd::backward({(output * to_tensor(inputs, "projection")).sum()}, {});

  Outputs outputs;
  ag::Metadata names;
  outputs.add("output", output);
  outputs.add("gradient pictures", pictures.grad());
  for (const NamedTensor& named : model.parameters()) {
    if (!named.tensor.grad().defined()) continue;  // of the heads, behind the features
    outputs.add("gradient " + named.name, named.tensor.grad());
    names["parameters"] += named.name + " ";
  }
  for (const NamedTensor& named : model.buffers()) {
    outputs.add("statistic " + named.name, named.tensor);
    names["statistics"] += named.name + " ";
  }
  outputs.write(options.outputs, names);
}

void run(const Options& options) {
  const at::ScalarType type = options.precision == "fp64" ? at::kDouble : at::kFloat;
  constexpr std::uint64_t kSeed = 1;
  if (options.classes == 0) {
    const auto network = ag::nn::make_network(options.model, options.size, type, kSeed);
    exchange_weights(options, *network);
    return compute(options, *network, [&](const at::Tensor& pictures, const auto& context) {
      return network->features(pictures, context);
    });
  }
  const auto classifier =
      ag::nn::make_classifier(options.model, options.size, options.classes, type, kSeed);
  exchange_weights(options, *classifier);
  compute(options, *classifier, [&](const at::Tensor& pictures, const auto& context) {
    return classifier->forward(pictures, context);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  try {
    run(options);
  } catch (const std::exception& error) {
    std::cerr << "interop_network: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
