#include "framework/nn/weights/keras_file.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <array>
#include <set>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/nn/weights/damage.h"
#include "framework/nn/weights/hdf5_group.h"

namespace ag::weights {
namespace {

constexpr const char* kArchiveMember = "model.weights.h5";
constexpr int kDeepestModel = 32;
constexpr std::size_t kMostGroups = 100'000;
constexpr std::size_t kMostTensors = 100'000;

// "conv1/kernel:0" -> "conv1/kernel"
std::string without_output(const std::string& name) {
  const std::size_t colon = name.rfind(':');
  const bool number = colon != std::string::npos && colon + 1 < name.size() &&
                      name.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  return number ? name.substr(0, colon) : name;
}

std::string_view parent_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

std::string_view last_of(std::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

// --- .h5
// --------------------------------------------------------------------------------------------

// The weights of one layer. A layer's own are called by the layer, whose name stays when a session
// numbers its variables ("conv1_1/kernel:0" in layer conv1); where they are several layers', the
// layer is a nested model and they are called by their own names.
void read_layer(const Hdf5Group& layers, const std::string& layer, StateDict& weights) {
  const std::optional<Hdf5Group> group = layers.find_group(layer);
  if (!group) {
    throw Error(layers.path(), fmt::format("lists a layer '{}' that it hasn't", layer),
                kMendDamage);
  }
  const std::vector<std::string> names = group->texts("weight_names");
  std::set<std::string_view> parents;
  for (const std::string& name : names) parents.insert(parent_of(name));
  const bool nested = parents.size() > 1;
  for (const std::string& name : names) {
    const std::string own = without_output(name);
    const at::Tensor tensor = group->read_tensor(name);
    std::string called = nested ? own : fmt::format("{}/{}", layer, last_of(own));
    if (weights.find(called) != nullptr) called = fmt::format("{}/{}", layer, own);
    weights.add(called, tensor);
  }
}

StateDict read_by_layer_names(const Hdf5Group& layers, const std::vector<std::string>& names) {
  StateDict weights;
  weights.format = "Keras .h5";
  if (const auto version = layers.text_attribute("keras_version")) {
    weights.format = fmt::format("Keras {} .h5", *version);
    weights.metadata["keras_version"] = *version;
  }
  for (const std::string& name : names) {
    read_layer(layers, name, weights);
    if (weights.entries().size() > kMostTensors) {
      throw Error(layers.path(), "has too many tensors for a network known here");
    }
  }
  return weights;
}

// --- .weights.h5
// ------------------------------------------------------------------------------------

// What a layer's variables are, which the file numbers: BatchNorm's are four vectors.
std::string variable_name(std::size_t number, const std::vector<at::Tensor>& variables) {
  static constexpr std::array<const char*, 4> kBatchNorm = {"gamma", "beta", "moving_mean",
                                                            "moving_variance"};
  static constexpr std::array<const char*, 2> kOther = {"kernel", "bias"};
  const bool vectors = std::ranges::all_of(
      variables, [](const at::Tensor& variable) { return variable.dim() == 1; });
  if (variables.size() == kBatchNorm.size() && vectors) return kBatchNorm[number];
  return number < kOther.size() ? kOther[number] : fmt::format("{}", number);
}

bool holds_layers(std::string_view name) {
  return name == "layers" || name == "_layer_checkpoint_dependencies" ||
         name.starts_with("container");
}

class WeightsTree {
 public:
  explicit WeightsTree(StateDict& weights) : weights_(weights) {}

  // `group` is a model: its layers, each by its name after `prefix`.
  void read_model(const Hdf5Group& group, const std::string& prefix, int depth) {
    // A group may hold itself: a way through the file may be long, or fork again and again.
    if (depth > kDeepestModel || ++groups_ > kMostGroups) {
      throw Error(group.path(), "nests models deeper than any network");
    }
    for (const Hdf5Link& link : group.children()) {
      const std::string& name = link.name;
      const std::optional<Hdf5Group> child = group.find_group(name);
      if (!child) continue;
      if (holds_layers(name)) {
        read_model(*child, prefix, depth + 1);
      } else if (name != "vars" && name != "optimizer") {
        read_layer(*child, name, prefix, depth);
      }
    }
  }

 private:
  void read_layer(const Hdf5Group& group, const std::string& child, const std::string& prefix,
                  int depth) {
    // Written on Windows, what leads to the layer stands in one group's name.
    std::string layer = child.substr(child.rfind('\\') + 1);
    if (const std::optional<Hdf5Group> vars = group.find_group("vars")) {
      layer = vars->text_attribute("name").value_or(layer);
      read_variables(*vars, prefix + layer + "/");
    }
    read_model(group, prefix + layer + "/", depth + 1);
  }

  void read_variables(const Hdf5Group& vars, const std::string& prefix) {
    std::vector<at::Tensor> variables;
    const std::size_t count = vars.children().size();
    for (std::size_t i = 0; i < count; ++i) {
      variables.push_back(vars.read_tensor(fmt::format("{}", i)));
    }
    for (std::size_t i = 0; i < count; ++i) {
      weights_.add(prefix + variable_name(i, variables), variables[i]);
    }
    if (weights_.entries().size() > kMostTensors) {
      throw Error(vars.path(), "has too many tensors for a network known here");
    }
  }

  StateDict& weights_;
  std::size_t groups_ = 0;
};

StateDict read_root(const Hdf5Group& root) {
  if (const std::optional<Hdf5Group> whole = root.find_group("model_weights")) {
    return read_by_layer_names(*whole, whole->texts("layer_names"));
  }
  const std::vector<std::string> names = root.texts("layer_names");
  if (!names.empty()) return read_by_layer_names(root, names);
  StateDict weights;
  weights.format = "Keras .weights.h5";
  WeightsTree(weights).read_model(root, "", 0);
  if (weights.entries().empty()) {
    throw Error(root.path(), "is HDF5, but not as Keras writes weights",
                "save the model by model.save_weights(\"….weights.h5\") or model.save(\"….h5\")");
  }
  return weights;
}

}  // namespace

StateDict read_keras_file(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  return read_root(Hdf5Group::open(path, std::vector<char>(bytes.begin(), bytes.end())));
}

bool is_keras_archive(const ZipArchive& archive) {
  return archive.contains(kArchiveMember);
}

StateDict read_keras_archive(const ZipArchive& archive) {
  StateDict weights = read_root(Hdf5Group::open(archive.path(), archive.read(kArchiveMember)));
  weights.format = "Keras .keras";
  return weights;
}

}  // namespace ag::weights
