#include "launch/sweep/parameter_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "framework/core/error.h"
#include "framework/core/text.h"

namespace ag::sweep {
namespace {

constexpr std::array<std::string_view, 6> kKeysOfParameter = {
    "values", "value", "min", "max", "distribution", "parameters"};
constexpr std::array<std::string_view, 3> kDistributions = {"uniform", "log_uniform",
                                                            "int_uniform"};

std::string text_of(const YAML::Node& node) {
  YAML::Emitter out;
  out << YAML::Flow << node;
  return out.c_str();
}

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  // Parameters under `prefix`, "" or "optimizer.".
  void read_group(const YAML::Node& group, const std::string& prefix) {
    for (const auto& item : group) {
      const auto key = prefix + item.first.as<std::string>("");
      if (!note_line(item.first, key)) refuse(item.first, key + " stands here twice");
      read_one(item.second, item.first, key);
    }
  }

  void read_set(const YAML::Node& group, const std::string& prefix) {
    for (const auto& item : group) {
      const auto key = prefix + item.first.as<std::string>("");
      if (item.second.IsMap()) {
        read_set(item.second, key + ".");
        continue;
      }
      if (!note_line(item.first, key)) refuse(item.first, key + " is said twice");
      file_.set.push_back(key + "=" + text_of(item.second));
    }
  }

  const ParameterFile& file() const { return file_; }

  [[noreturn]] void refuse(const YAML::Node& node, const std::string& what,
                           const std::string& mend = "see experiments/sweeps/ for examples") const {
    throw usage_error(where(node), what, mend);
  }

 private:
  std::string where(const YAML::Node& node) const {
    return fmt::format("{}:{}", name_, node.Mark().line + 1);
  }

  // False where the key was met before.
  bool note_line(const YAML::Node& node, const std::string& key) {
    return file_.lines.emplace(key, where(node)).second;
  }

  void read_one(const YAML::Node& node, const YAML::Node& at, const std::string& key) {
    if (!node.IsMap()) refuse(at, key + " must say its values: {values: [a, b, …]}");
    for (const auto& item : node) {
      const auto word = item.first.as<std::string>("");
      if (std::ranges::find(kKeysOfParameter, word) != kKeysOfParameter.end()) continue;
      const std::vector<std::string> known(kKeysOfParameter.begin(), kKeysOfParameter.end());
      const std::string near = nearest_word(word, known);
      refuse(item.first, fmt::format("'{}' isn't a key of a parameter ({})", word, key),
             near.empty() ? "there are values, value, min, max, distribution and parameters"
                          : fmt::format("the nearest is '{}'", near));
    }
    const int forms = static_cast<int>(node["values"].IsDefined()) +
                      static_cast<int>(node["value"].IsDefined()) +
                      static_cast<int>(node["min"].IsDefined() || node["max"].IsDefined()) +
                      static_cast<int>(node["parameters"].IsDefined());
    if (forms != 1) refuse(at, key + " must have one of values, value, min with max, parameters");
    if (node["parameters"].IsDefined()) return read_group(node["parameters"], key + ".");
    if (node["value"].IsDefined()) {
      file_.set.push_back(key + "=" + text_of(node["value"]));
      return;
    }
    Parameter parameter{.key = key, .where = where(at)};
    if (node["values"].IsDefined()) {
      read_values(node["values"], at, parameter);
    } else {
      read_range(node, at, parameter);
    }
    file_.parameters.push_back(parameter);
  }

  void read_values(const YAML::Node& values, const YAML::Node& at, Parameter& parameter) const {
    if (!values.IsSequence() || values.size() == 0)
      refuse(at, parameter.key + " has no values: its list is empty");
    for (const YAML::Node& value : values) {
      const std::string text = text_of(value);
      if (std::ranges::find(parameter.values, text) != parameter.values.end())
        refuse(value, fmt::format("{} has the value {} twice", parameter.key, text));
      parameter.values.push_back(text);
    }
  }

  double number(const YAML::Node& node, const YAML::Node& at, const std::string& key) const {
    double value = 0;
    if (!node.IsDefined() || !node.IsScalar() || !YAML::convert<double>::decode(node, value) ||
        !std::isfinite(value))
      refuse(at, key + " needs two numbers, min and max");
    return value;
  }

  void read_range(const YAML::Node& node, const YAML::Node& at, Parameter& parameter) const {
    parameter.low = number(node["min"], at, parameter.key);
    parameter.high = number(node["max"], at, parameter.key);
    const bool whole = parameter.low == std::floor(parameter.low) &&
                       parameter.high == std::floor(parameter.high) &&
                       text_of(node["min"]).find('.') == std::string::npos;
    const std::string name =
        node["distribution"].as<std::string>(whole ? "int_uniform" : "uniform");
    if (std::ranges::find(kDistributions, name) == kDistributions.end()) {
      refuse(at, fmt::format("{} can't be drawn from '{}'", parameter.key, name),
             "there are uniform, log_uniform and int_uniform");
    }
    if (name == "log_uniform") parameter.distribution = Distribution::kLogUniform;
    if (name == "int_uniform") parameter.distribution = Distribution::kIntUniform;
    if (parameter.low >= parameter.high)
      refuse(at, fmt::format("the min of {} must be below its max", parameter.key));
    if (name == "log_uniform" && parameter.low <= 0)
      refuse(at, fmt::format("the min of {} must be above 0 for log_uniform", parameter.key));
    if (name == "int_uniform" && !whole)
      refuse(at, fmt::format("min and max of {} must be whole for int_uniform", parameter.key));
  }

  std::string name_;
  ParameterFile file_;
};

}  // namespace

std::string as_yaml(const std::string& text) {
  return text_of(YAML::Node(text));
}

ParameterFile read_parameters(const std::string& yaml, const std::string& name) {
  const YAML::Node root = YAML::Load(yaml);
  Reader reader(name);
  const YAML::Node parameters = root["parameters"];
  if (!parameters.IsDefined() || !parameters.IsMap() || parameters.size() == 0) {
    throw usage_error(name, "there is nothing to vary: parameters is empty",
                      "write parameters: {model.width: {values: [0.5, 1.0]}}");
  }
  reader.read_group(parameters, "");
  if (root["set"].IsDefined()) {
    if (!root["set"].IsMap()) reader.refuse(root["set"], "set must be keys with values");
    reader.read_set(root["set"], "");
  }
  if (reader.file().parameters.empty()) {
    throw usage_error(name, "there is nothing to vary: each parameter has a single value",
                      "give one of them values: [a, b]");
  }
  return reader.file();
}

}  // namespace ag::sweep
