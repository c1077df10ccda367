// Version 1: a safetensors file of
//
//   <name>                  each parameter and running statistic of the network
//   optimizer.<slot>/<name> the optimiser's state, by Optimizer::state()'s names
//
// and in its __metadata__, as text:
//
//   format, version         "agtrain-checkpoint", "1"
//   run_id, run_name        of the run that saved it
//   config                  its whole configuration as YAML
//   epoch                   from 0: the one that is trained
//   step_in_epoch, steps    that are done: of the epoch, of the run
//   optimizer_steps         that the optimiser has taken
//   epoch_sums              MetricSums over the epoch's steps so far, in the order of its Index
//   finished                "true" where the run came to its planned end, else "false"
//   plateau.<key>           Plateau::state()
//   identity.<key>          run_identity(): what must be the same to go on
//   best, model_card, crop_margin   where there are any: see TrainingState
//   checksum                see safetensors.h
#include "framework/train/checkpoint.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "framework/core/error.h"
#include "framework/core/safetensors.h"
#include "framework/core/text.h"

namespace ag::train {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFormat = "agtrain-checkpoint";
constexpr std::int64_t kVersion = 1;
constexpr const char* kOptimizerPrefix = "optimizer.";
constexpr const char* kPlateauPrefix = "plateau.";
constexpr const char* kIdentityPrefix = "identity.";
constexpr const char* kModelCard = "model_card";
constexpr const char* kCropMargin = "crop_margin";

Dtype dtype_of(const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return Dtype::kF32;
    case at::kDouble:
      return Dtype::kF64;
    case at::kLong:
      return Dtype::kI64;
    default:
      throw Error("checkpoint", fmt::format("can't save a tensor of type {}",
                                            at::toString(tensor.scalar_type())));
  }
}

// Tensors in C order on the CPU, and their bytes as the file wants them.
class Packer {
 public:
  void add(const std::string& name, const at::Tensor& tensor) {
    const at::Tensor& packed = kept_.emplace_back(tensor.detach().cpu().contiguous());
    entries_.push_back({name,
                        dtype_of(packed),
                        packed.sizes().vec(),
                        {static_cast<const std::byte*>(packed.const_data_ptr()), packed.nbytes()}});
  }
  const std::vector<TensorBytes>& entries() const { return entries_; }

 private:
  std::vector<at::Tensor> kept_;
  std::vector<TensorBytes> entries_;
};

std::string sums_text(const nn::MetricSums& sums) {
  std::string text;
  for (const double value : sums.values)
    text += fmt::format("{}{}", text.empty() ? "" : " ", value);
  return text;
}

Metadata metadata_of(const TrainingState& state, std::int64_t optimizer_steps) {
  Metadata metadata = {
      {"format", kFormat},
      {"version", fmt::format("{}", kVersion)},
      {"run_id", state.run_id},
      {"run_name", state.run_name},
      {"config", state.config_yaml},
      {"epoch", fmt::format("{}", state.cursor.epoch)},
      {"step_in_epoch", fmt::format("{}", state.cursor.step_in_epoch)},
      {"steps", fmt::format("{}", state.cursor.steps)},
      {"optimizer_steps", fmt::format("{}", optimizer_steps)},
      {"epoch_sums", sums_text(state.epoch_sums)},
      {"finished", state.finished ? "true" : "false"},
  };
  if (!state.model_card.empty()) metadata[kModelCard] = state.model_card;
  if (state.crop_margin) metadata[kCropMargin] = fmt::format("{}", *state.crop_margin);
  if (state.best) metadata["best"] = fmt::format("{}", *state.best);
  for (const auto& [key, value] : state.plateau) metadata[kPlateauPrefix + key] = value;
  for (const auto& [key, value] : state.identity) metadata[kIdentityPrefix + key] = value;
  return metadata;
}

// Reads the metadata of one file, with messages that name it.
class MetadataReader {
 public:
  MetadataReader(const Metadata& metadata, const fs::path& path)
      : metadata_(metadata), path_(path) {}

  const std::string& text(const std::string& key) const {
    const auto entry = metadata_.find(key);
    if (entry == metadata_.end()) broken(key);
    return entry->second;
  }
  template <class Number>
  Number number(const std::string& key) const {
    return parse<Number>(text(key), key);
  }
  std::optional<double> optional_number(const std::string& key) const {
    if (metadata_.count(key) == 0) return std::nullopt;
    return number<double>(key);
  }
  nn::MetricSums sums(const std::string& key) const {
    nn::MetricSums sums;
    std::string_view rest = text(key);
    for (double& value : sums.values) {
      const std::size_t space = std::min(rest.find(' '), rest.size());
      value = parse<double>(rest.substr(0, space), key);
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    return sums;
  }
  std::map<std::string, std::string> with_prefix(const std::string& prefix) const {
    std::map<std::string, std::string> found;
    for (const auto& [key, value] : metadata_) {
      if (key.starts_with(prefix)) found[key.substr(prefix.size())] = value;
    }
    return found;
  }

 private:
  template <class Number>
  Number parse(std::string_view digits, const std::string& key) const {
    if (const std::optional<Number> value = number_of<Number>(digits)) return *value;
    broken(key);
  }
  [[noreturn]] void broken(const std::string& key) const {
    throw Error(path_, fmt::format("this checkpoint's '{}' is missing or unreadable", key),
                "resume from another one");
  }

  const Metadata& metadata_;
  const fs::path& path_;
};

void check_format(const Metadata& metadata, const fs::path& path) {
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kFormat) {
    throw Error(path, "this safetensors file isn't a checkpoint of agtrain",
                "give a file that agtrain wrote, as runs/<id>/step-….safetensors");
  }
  const auto version = MetadataReader(metadata, path).number<std::int64_t>("version");
  if (version > kVersion) {
    throw Error(path,
                fmt::format("this checkpoint has version {}, this program reads up to {}", version,
                            kVersion),
                "use the agtrain that wrote it, or a later one");
  }
}

TrainingState state_of(const Metadata& metadata, const fs::path& path) {
  const MetadataReader reader(metadata, path);
  TrainingState state;
  state.cursor = {reader.number<std::int64_t>("epoch"),
                  reader.number<std::int64_t>("step_in_epoch"),
                  reader.number<std::int64_t>("steps")};
  state.epoch_sums = reader.sums("epoch_sums");
  state.plateau = reader.with_prefix(kPlateauPrefix);
  state.best = reader.optional_number("best");
  state.finished = reader.text("finished") == "true";
  state.run_id = reader.text("run_id");
  state.run_name = reader.text("run_name");
  state.config_yaml = reader.text("config");
  if (metadata.contains(kModelCard)) state.model_card = reader.text(kModelCard);
  state.crop_margin = reader.optional_number(kCropMargin);
  state.identity = reader.with_prefix(kIdentityPrefix);
  return state;
}

// The tensor of that name as a view of the file's bytes, checked against the one it is for.
at::Tensor find_like(const Safetensors& file, const std::string& name, const at::Tensor& like,
                     const fs::path& path) {
  const TensorBytes* entry = file.find(name);
  if (entry == nullptr) {
    throw Error(path, fmt::format("the tensor '{}' is missing", name),
                "the experiment's model or optimizer isn't the one that was saved");
  }
  if (entry->shape != like.sizes().vec() || entry->dtype != dtype_of(like)) {
    throw Error(
        path, fmt::format("the tensor '{}' has another shape or type than the experiment's", name),
        "set model and train.precision as they were saved");
  }
  return at::from_blob(const_cast<std::byte*>(entry->bytes.data()), like.sizes(),
                       at::TensorOptions(like.scalar_type()));
}

}  // namespace

struct Checkpoint::File {
  Safetensors tensors;
};

void save_checkpoint(const fs::path& path, const TrainingState& state, const nn::Network& network,
                     const optim::Optimizer& optimizer) {
  Packer packer;
  for (const nn::NamedTensor& parameter : network.parameters())
    packer.add(parameter.name, parameter.tensor);
  for (const nn::NamedTensor& buffer : network.buffers()) packer.add(buffer.name, buffer.tensor);
  for (const optim::StateTensor& tensor : optimizer.state()) {
    packer.add(kOptimizerPrefix + tensor.name, tensor.tensor);
  }
  write_safetensors(path, packer.entries(), metadata_of(state, optimizer.steps()));
}

Checkpoint::Checkpoint(fs::path path, std::unique_ptr<File> file, TrainingState state,
                       std::int64_t optimizer_steps)
    : path_(std::move(path)),
      file_(std::move(file)),
      state_(std::move(state)),
      optimizer_steps_(optimizer_steps) {}
Checkpoint::~Checkpoint() = default;
Checkpoint::Checkpoint(Checkpoint&&) noexcept = default;
Checkpoint& Checkpoint::operator=(Checkpoint&&) noexcept = default;

Checkpoint Checkpoint::read(const fs::path& path) {
  auto file = std::make_unique<File>(File{Safetensors::read(path, Checksum::kRequired)});
  const Metadata& metadata = file->tensors.metadata();
  check_format(metadata, path);
  TrainingState state = state_of(metadata, path);
  const auto steps = MetadataReader(metadata, path).number<std::int64_t>("optimizer_steps");
  return {path, std::move(file), std::move(state), steps};
}

void Checkpoint::restore(nn::Network& network) const {
  const c10::NoGradGuard no_grad;
  const auto copy = [this](const nn::NamedTensor& named) {
    named.tensor.copy_(find_like(file_->tensors, named.name, named.tensor, path_));
  };
  for (const nn::NamedTensor& parameter : network.parameters()) copy(parameter);
  for (const nn::NamedTensor& buffer : network.buffers()) copy(buffer);
}

void Checkpoint::restore(optim::Optimizer& optimizer) const {
  std::vector<optim::StateTensor> saved;
  for (const optim::StateTensor& tensor : optimizer.state()) {
    saved.push_back({tensor.name, find_like(file_->tensors, kOptimizerPrefix + tensor.name,
                                            tensor.tensor, path_)});
  }
  optimizer.restore(saved, optimizer_steps_);
}

}  // namespace ag::train
