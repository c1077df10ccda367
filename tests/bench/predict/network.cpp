#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstring>
#include <memory>

#include "framework/core/error.h"
#include "framework/core/safetensors.h"
#include "framework/deploy/predictor.h"
#include "framework/kernels/cpu/machine.h"
#include "launch/experiment/trained_network.h"
#include "tests/bench/predict/bench.h"
#include "tests/bench/predict/timing.h"

namespace ag::bench {
namespace {

// Laid out as agpredict has them.
at::Tensor read_pictures(const std::filesystem::path& path) {
  const Safetensors file = Safetensors::read(path);
  const TensorBytes* found = file.find("pictures");
  if (found == nullptr || found->dtype != Dtype::kF32)
    throw Error(path.string(), "has no 'pictures' of type F32");
  at::Tensor pictures = at::empty(found->shape, at::kFloat);
  std::memcpy(pictures.mutable_data_ptr(), found->bytes.data(), found->bytes.size());
  return pictures.contiguous(at::MemoryFormat::ChannelsLast);
}

nlohmann::json told(const std::vector<deploy::FaceAnswer>& answers) {
  nlohmann::json ages = nlohmann::json::array();
  nlohmann::json male = nlohmann::json::array();
  for (const deploy::FaceAnswer& answer : answers) {
    ages.push_back(answer.age);
    male.push_back(answer.male);
  }
  return {{"age_years", ages}, {"male", male}};
}

std::int64_t macs_of(const nn::Network& network) {
  std::int64_t macs = 0;
  for (const nn::LayerSummary& layer : network.summary().layers) macs += layer.macs;
  return macs;
}

}  // namespace

Answerer network_answerer(const NetworkOptions& options) {
  at::set_num_threads(options.threads);
  launch::TrainedNetwork trained =
      launch::read_trained_network(options.checkpoint.string(), {}, options.precision);
  const std::int64_t macs = macs_of(*trained.network);
  const auto predictor = std::make_shared<deploy::Predictor>(
      std::move(trained.network), deploy::PredictorOptions{.fold = options.fold});
  const at::Tensor pictures = read_pictures(options.pictures);
  return [predictor, pictures, macs](const nlohmann::json& question) -> nlohmann::json {
    if (question.contains("bounds"))
      return {{"macs", macs}, {"operations_per_second", kernels::cpu::operations_per_second()}};
    const at::Tensor batch = pictures.narrow(0, 0, question.at("batch").get<std::int64_t>());
    if (!question.contains("seconds")) return told(predictor->answer(batch));
    const Timing timing = median_call([&] { predictor->answer(batch); }, how_long(question));
    return {{"seconds", timing.seconds}, {"calls", timing.calls}};
  };
}

}  // namespace ag::bench
