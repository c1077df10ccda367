#include "tests/e2e/train/training_fixture.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <span>
#include <stdexcept>

#include "framework/core/philox.h"
#include "framework/data/dataset_writer.h"

namespace ag::test {
namespace fs = std::filesystem;
namespace {

constexpr int kPixels = 40;  // not the network's 32: pictures are resized on the way

// Noise whose brightness follows the age, so that there is something to learn.
std::vector<std::byte> picture(std::uint32_t index, int age) {
  RandomStream random({99, 0, index, Purpose::kSample});
  std::vector<std::byte> pixels(std::size_t{kPixels} * kPixels * 3);
  for (std::byte& pixel : pixels)
    pixel = static_cast<std::byte>(random.below(128) + static_cast<std::uint32_t>(age));
  return pixels;
}

constexpr const char* kExperiment = R"(
name: tiny
seed: 5
dataset: {{path: {}, size: 32}}
model: {{name: mobilenet_v1, width: 0.25, dropout: 0.5, hidden: 32}}
augment: {{saturation: 0.5, brightness: 0.5, contrast: 0.5, lighting: 0.5, hflip: 0.5, vflip: 0.5}}
optimizer: {{name: sgd, lr: 0.001, momentum: 0.9}}
train: {{epochs: 1, global_batch_size: 12}}
checkpoint: {{every_steps: 1, keep_last: 100}}
)";

fs::path only_run(const fs::path& runs) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(runs)) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  if (found.size() != 1)
    throw std::runtime_error(fmt::format("{} holds {} runs", runs.string(), found.size()));
  return found.front();
}

bool is_parameter(const TensorBytes& tensor) {
  return !tensor.name.starts_with("optimizer.") &&
         tensor.name.find("running_") == std::string::npos;
}

std::span<const double> doubles(const TensorBytes& tensor) {
  return {reinterpret_cast<const double*>(tensor.bytes.data()),
          tensor.bytes.size() / sizeof(double)};
}

}  // namespace

void TrainingTest::SetUp() {
  scratch_ = std::make_unique<TemporaryFolder>();
  pack(kTrain, kValidation);
  experiment_ = folder() / "tiny.yaml";
  std::ofstream(experiment_) << fmt::format(kExperiment, (folder() / "data").string());
}

void TrainingTest::pack(std::int64_t train, std::int64_t validation) const {
  data::DatasetInfo about;
  about.name = "tiny";
  about.encoding = data::Encoding::kRaw;
  about.width = kPixels;
  about.height = kPixels;
  data::DatasetWriter writer(folder() / "data", about, 1 << 20, true);
  for (std::uint32_t i = 0; i < train + validation; ++i) {
    data::SampleLabels labels;
    labels.age = static_cast<int>(i * 37 % 100);
    labels.gender = static_cast<int>(i % 2);
    labels.identity = i;
    labels.source = i;
    labels.split = i < train ? data::Split::kTrain : data::Split::kValidation;
    writer.add(picture(i, labels.age), labels);
  }
  writer.commit();
}

std::string TrainingTest::command(int ranks, const std::string& name,
                                  const std::string& settings) const {
  const std::string mpirun = ranks == 0 ? "" : fmt::format("mpirun -np {} ", ranks);
  return fmt::format(
      "bash -c '. {}/launch/env.sh; exec {}{}/bin/agtrain {} checkpoint.directory={}/{} "
      "tracking.database={}/{}/tracking.db {}'",
      AG_SOURCE_DIR, mpirun, AG_BINARY_DIR, experiment_.string(), folder().string(), name,
      folder().string(), name, settings);
}

void TrainingTest::train(int ranks, const std::string& name, const std::string& settings) const {
  const Ended ended = run(command(ranks, name, settings), folder());
  ASSERT_EQ(ended.code, 0) << ended.output;
}

fs::path TrainingTest::checkpoint_path(const std::string& name, std::int64_t step) const {
  return only_run(folder() / name) / fmt::format("step-{:08}.safetensors", step);
}

Safetensors TrainingTest::checkpoint(const std::string& name, std::int64_t step) const {
  return Safetensors::read(checkpoint_path(name, step), Checksum::kRequired);
}

std::map<std::string, double> TrainingTest::metrics(const std::string& name,
                                                    std::int64_t epoch) const {
  SQLite::Database database((folder() / name / "tracking.db").string());
  SQLite::Statement query(database,
                          "SELECT n.name, m.value FROM metric m JOIN metric_name n ON n.key = "
                          "m.name WHERE m.epoch = ? ORDER BY m.step");
  query.bind(1, epoch);
  std::map<std::string, double> values;
  while (query.executeStep()) {
    const std::string metric = query.getColumn(0).getString();
    const bool measures_time = metric.starts_with("system/") || metric.ends_with("per_second");
    if (!measures_time) values[metric] = query.getColumn(1).getDouble();
  }
  return values;
}

double relative_difference(const Safetensors& a, const Safetensors& b, const std::string& prefix) {
  double difference = 0;
  double norm = 0;
  for (const TensorBytes& right : b.tensors()) {
    if (prefix.empty() ? !is_parameter(right) : !right.name.starts_with(prefix)) continue;
    const TensorBytes* left = a.find(right.name);
    if (left == nullptr || left->shape != right.shape || right.dtype != Dtype::kF64) {
      throw std::runtime_error("no such F64 tensor in both: " + right.name);
    }
    const std::span<const double> x = doubles(*left);
    const std::span<const double> y = doubles(right);
    for (std::size_t i = 0; i < y.size(); ++i) {
      difference += (x[i] - y[i]) * (x[i] - y[i]);
      norm += y[i] * y[i];
    }
  }
  if (norm == 0) throw std::runtime_error("nothing to compare under " + prefix);
  return std::sqrt(difference / norm);
}

std::vector<std::string> different_tensors(const Safetensors& a, const Safetensors& b) {
  std::vector<std::string> names;
  for (const TensorBytes& left : a.tensors()) {
    const TensorBytes* right = b.find(left.name);
    const bool same = right != nullptr && left.bytes.size() == right->bytes.size() &&
                      std::memcmp(left.bytes.data(), right->bytes.data(), left.bytes.size()) == 0;
    if (!same) names.push_back(left.name);
  }
  return names;
}

}  // namespace ag::test
