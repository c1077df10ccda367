#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/core/error.h"
#include "framework/core/version.h"
#include "framework/deploy/weight_file.h"
#include "launch/agtrain/export_forms.h"

namespace ag::launch {
namespace {

weights::Naming naming_of(const std::string& names) {
  if (names == "timm") return weights::Naming::kTimm;
  if (names == "torchvision") return weights::Naming::kTorchvision;
  return weights::Naming::kOurs;
}

std::string scaling_text(const nn::PictureScaling& scaling) {
  return fmt::format("(pixel / 255 - mean) / std, mean {}, std {}", fmt::join(scaling.mean, " "),
                     fmt::join(scaling.std, " "));
}

Metadata metadata_of(const TrainedNetwork& subject) {
  const train::TrainingState& state = subject.checkpoint.state();
  return {{"format", "pt"},  // what safetensors' readers for PyTorch look for
          {"made_by", std::string("agtrain ") + kVersion},
          {"model", subject.title()},
          {"flavour", subject.flavour.name},
          {"picture_scaling", scaling_text(subject.flavour.scaling)},
          {"run_id", state.run_id},
          {"steps", fmt::format("{}", state.cursor.steps)},
          {"config", state.config_yaml}};
}

// A trunk in timm that computes what a network of Keras's flavour does: the same names,
// TensorFlow's padding and Keras's eps.
std::string timm_arguments(const nn::Flavour& flavour) {
  return flavour.name == "keras" ? R"(, pad_type="same", bn_eps=1e-3)" : "";
}

// What makes timm's network: by name at width 1; it names few other widths, but its builders take
// any.
std::string timm_call(const nn::ModelConfig& model, const nn::Flavour& flavour) {
  const std::string name = "mobilenet" + model.name.substr(model.name.find('_') + 1);
  const bool v4 = name == "mobilenetv4_conv_small";
  const std::string variant = v4 ? name : name + "_100";
  const std::string rest = "num_classes=0" + timm_arguments(flavour);
  if (model.width == 1) return fmt::format("timm.create_model(\"{}\", {})", variant, rest);
  const std::string version = name.substr(std::string("mobilenet").size(), 2);
  return fmt::format("timm.models.{}._gen_mobilenet_{}(\"{}\", {}, {})",
                     version < "v3" ? "efficientnet" : "mobilenetv3", version, variant, model.width,
                     rest);
}

std::string keras_name(const std::string& family) {
  if (family == "mobilenet_v1") return "MobileNet";
  if (family == "mobilenet_v2") return "MobileNetV2";
  return family == "mobilenet_v3_small" ? "MobileNetV3Small" : "MobileNetV3Large";
}

std::string other_flavour_note(const nn::Flavour& flavour, const std::string& names) {
  if (flavour.name == names) return "";
  return fmt::format(
      "\n# this network is of the {} flavour: {}'s pads and normalises otherwise, so it answers "
      "otherwise",
      flavour.name, names);
}

std::string how_to_load_state_dict(const TrainedNetwork& subject, const std::string& names,
                                   const std::string& file) {
  const nn::ModelConfig& model = subject.config.experiment.model;
  const std::string load = fmt::format("safetensors.torch.load_file(\"{}\")", file);
  if (names == "own") return "weights = " + load;
  const std::string make = names == "timm" ? timm_call(model, subject.flavour)
                                           : fmt::format("torchvision.models.{}(width_mult={})",
                                                         model.name, model.width);
  std::string text = fmt::format(
      "model = {}\nmodel.load_state_dict({}, strict=False)   # head.* are agtrain's, and what the "
      "original has behind its trunk is missing",
      make, load);
  const bool same = names == "timm" && subject.flavour.name == "keras";
  return same ? text : text + other_flavour_note(subject.flavour, names);
}

std::string how_to_load_keras(const TrainedNetwork& subject, bool with_head,
                              const std::string& file) {
  const nn::ModelConfig& model = subject.config.experiment.model;
  const bool v3 = model.name.starts_with("mobilenet_v3");
  std::string text = fmt::format(
      "base = keras.applications.{}(include_top=False, weights=None, alpha={}, "
      "input_shape=({}, {}, 3){})   # pictures in [-1, 1]\n",
      keras_name(model.name), model.width, subject.size(), subject.size(),
      v3 ? ", include_preprocessing=False" : "");
  if (with_head) {
    text += fmt::format(
        "x = keras.layers.GlobalAveragePooling2D()(base.output)\n"
        "x = keras.layers.Dense({}, \"relu\", name=\"head_hidden\")(x)\n"
        "age = keras.layers.Dense({}, name=\"head_age\")(x)   # logits\n"
        "gender = keras.layers.Dense(2, name=\"head_gender\")(x)   # logits of female, male\n"
        "model = keras.Model(base.input, [age, gender])\nmodel.load_weights(\"{}\")",
        model.hidden, nn::age_outputs(nn::age_output(subject.config.experiment.loss)), file);
  } else {
    text += fmt::format("base.load_weights(\"{}\")", file);
  }
  return text + other_flavour_note(subject.flavour, "keras");
}

deploy::WeightSource source_of(const TrainedNetwork& subject, const ExportOptions& options,
                               const std::vector<nn::NamedTensor>& tensors) {
  return {subject.config.experiment.model.name, tensors, !options.trunk_only};
}

}  // namespace

std::string names_of(const TrainedNetwork& subject, const ExportOptions& options) {
  if (!options.names.empty()) return options.names;
  return subject.flavour.name == "torchvision" ? "torchvision" : "timm";
}

Exported export_safetensors(const TrainedNetwork& subject, const ExportOptions& options,
                            const std::filesystem::path& out) {
  const std::string names = names_of(subject, options);
  const std::vector<nn::NamedTensor> tensors = weights::all_tensors(*subject.network);
  const std::size_t count = deploy::write_state_dict(out, source_of(subject, options, tensors),
                                                     naming_of(names), metadata_of(subject));
  return {out, fmt::format("safetensors, {} tensors with {} names", count, names),
          how_to_load_state_dict(subject, names, out.filename()), ""};
}

Exported export_keras(const TrainedNetwork& subject, const ExportOptions& options,
                      const std::filesystem::path& out) {
  if (out.string().ends_with(".weights.h5")) {
    throw usage_error(out, "is a name that Keras 3 takes for another format",
                      "let it end in .h5 without .weights before it");
  }
  const std::vector<nn::NamedTensor> tensors = weights::all_tensors(*subject.network);
  const std::size_t count = deploy::write_keras_weights(out, source_of(subject, options, tensors));
  return {out, fmt::format("Keras weights, {} tensors", count),
          how_to_load_keras(subject, !options.trunk_only, out.filename()), ""};
}

}  // namespace ag::launch
