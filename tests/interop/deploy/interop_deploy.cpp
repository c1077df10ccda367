// Writes networks of every family and flavour, and of every kind of age head, as ONNX files, in
// float and int8, and beside each what we make of some pictures: for ONNX Runtime to be compared
// with.
//
// usage: interop_deploy FOLDER
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "framework/core/atomic_file.h"
#include "framework/core/safetensors.h"
#include "framework/deploy/answers.h"
#include "framework/deploy/graph_runner.h"
#include "framework/deploy/onnx_file.h"
#include "framework/deploy/quantization.h"
#include "tests/support/lively_network.h"

namespace {

using namespace ag;

constexpr std::int64_t kPictures = 8;
// Of a file's name, by AgeOutput.
constexpr const char* kSuffixes[] = {"", "_thresholds", "_shared_thresholds", "_years"};

void add(std::vector<TensorBytes>& entries, const std::string& name, const at::Tensor& tensor) {
  entries.push_back({name,
                     Dtype::kF32,
                     tensor.sizes().vec(),
                     {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}});
}

// What the network itself says, by the way that training takes.
void add_predictions(std::vector<TensorBytes>& entries, std::vector<at::Tensor>& kept,
                     const nn::Prediction& told, nn::AgeOutput age) {
  if (age == nn::AgeOutput::kClasses)
    add(entries, "network.age_probabilities", kept.emplace_back(at::softmax(told.age, 1)));
  if (age == nn::AgeOutput::kThresholds || age == nn::AgeOutput::kSharedThresholds)
    add(entries, "network.age_older", kept.emplace_back(at::sigmoid(told.age)));
  add(entries, "network.age_years", kept.emplace_back(nn::expected_age(told.age).to(at::kFloat)));
  add(entries, "network.gender_probabilities", kept.emplace_back(at::softmax(told.gender, 1)));
}

void write(const nn::ModelConfig& model, int size, nn::AgeOutput age,
           const std::filesystem::path& folder) {
  const std::unique_ptr<nn::Network> network = test::lively_network(model, size, at::kFloat, age);
  const at::Tensor pictures = test::varied_pictures(kPictures, size);
  const at::Tensor scaled = nn::scaled(nn::flavour_of(model).scaling, pictures).contiguous();
  const nn::Graph graph = deploy::answering_graph(*network);
  const deploy::Quantization scales =
      deploy::calibrate(graph, [&scaled](const auto& use) { use(scaled); });

  const std::string name = fmt::format("{}_{}_{}_{}{}", model.name, *model.flavour, model.width,
                                       size, kSuffixes[static_cast<std::size_t>(age)]);
  write_file_atomically(folder / (name + ".onnx"), deploy::onnx_bytes(graph, {.name = name}));
  write_file_atomically(folder / (name + ".int8.onnx"),
                        deploy::onnx_bytes(graph, {.name = name}, &scales));
  const std::vector<at::Tensor> in_float = deploy::run_graph(graph, scaled);
  const std::vector<at::Tensor> in_int8 = deploy::SimulatedInt8(graph, scales).run(scaled);
  std::vector<TensorBytes> entries;
  std::vector<at::Tensor> kept;
  add(entries, "pictures", scaled);
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    add(entries, "float." + graph.outputs[i].name, kept.emplace_back(in_float[i].contiguous()));
    add(entries, "int8." + graph.outputs[i].name, kept.emplace_back(in_int8[i].contiguous()));
  }
  const c10::NoGradGuard no_grad;
  add_predictions(entries, kept, network->forward(pictures, {}), age);
  write_safetensors(folder / (name + ".safetensors"), entries, {});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: interop_deploy FOLDER\n");
    return 2;
  }
  for (const double width : {0.5, 1.0}) {
    for (const nn::ModelConfig& model : test::all_models(width)) {
      for (const int size : {64, 75}) write(model, size, nn::AgeOutput::kClasses, argv[1]);
    }
  }
  for (const nn::AgeOutput age :
       {nn::AgeOutput::kThresholds, nn::AgeOutput::kSharedThresholds, nn::AgeOutput::kYears}) {
    write(test::all_models(0.5).front(), 64, age, argv[1]);
  }
  return 0;
}
