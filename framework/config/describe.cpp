#include "framework/config/describe.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>

#include "framework/config/path.h"

namespace ag::config {
namespace {

std::string scalar(bool value) {
  return value ? "true" : "false";
}
std::string scalar(std::int64_t value) {
  return fmt::format("{}", value);
}
std::string scalar(double value) {
  if (std::isinf(value)) return value < 0 ? "-.inf" : ".inf";
  if (std::isnan(value)) return ".nan";
  return fmt::format("{}", value);  // the shortest text that reads back to the same double
}
std::string scalar(const std::string& value) {
  // A text that YAML would take for something else (null, a number, a list) is quoted.
  YAML::Emitter plain;
  plain << value;
  const bool other = value.empty() || YAML::Load(plain.c_str()).IsNull() ||
                     value.find_first_of(",[]{}") != std::string::npos;
  if (!other) return plain.c_str();
  YAML::Emitter quoted;
  quoted << YAML::DoubleQuoted << value;
  return quoted.c_str();
}
template <class T>
std::string scalar(const std::optional<T>& value) {
  return value ? scalar(*value) : "null";
}
template <class T>
std::string scalar(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() > 1 ? ", " : "") + scalar(value);
  return text + "]";
}

std::string value_text(const Field& field) {
  return std::visit([](const auto* value) { return scalar(*value); }, field.value);
}

struct Entry {
  std::string path;  // of the key, or of the section
  std::string value;
  std::string rule;
  std::string doc;
  int depth = 0;
  bool is_section = false;
};

class Collector : public PathVisitor {
 public:
  std::vector<Entry> entries;

 protected:
  void on_field(const Field& field) override {
    entries.push_back({path_to(field.key), value_text(field), field.rule.text,
                       std::string(field.doc), depth_, false});
  }
  void on_section(std::string_view key, std::string_view doc,
                  const std::function<void()>& walk) override {
    entries.push_back({path_to(key), "", "", std::string(doc), depth_, true});
    ++depth_;
    PathVisitor::on_section(key, doc, walk);
    --depth_;
  }

 private:
  int depth_ = 0;
};

std::vector<Entry> collect(const Visit& visit) {
  Collector collector;
  visit(collector);
  return std::move(collector.entries);
}

std::string last_part(const std::string& path) {
  return path.substr(path.rfind('.') + 1);
}

}  // namespace

std::string to_yaml(const Visit& visit) {
  std::string yaml;
  for (const Entry& entry : collect(visit)) {
    const std::string indent(2 * static_cast<std::size_t>(entry.depth), ' ');
    yaml += indent + last_part(entry.path) + (entry.is_section ? ":\n" : ": " + entry.value + "\n");
  }
  return yaml;
}

std::vector<std::pair<std::string, std::string>> flatten(const Visit& visit) {
  std::vector<std::pair<std::string, std::string>> flat;
  for (Entry& entry : collect(visit)) {
    if (!entry.is_section) flat.emplace_back(std::move(entry.path), std::move(entry.value));
  }
  return flat;
}

std::string help_text(const Visit& visit) {
  const std::vector<Entry> entries = collect(visit);
  std::size_t columns = 0;
  for (const Entry& entry : entries) {
    if (!entry.is_section) columns = std::max(columns, entry.path.size() + 3 + entry.value.size());
  }
  std::string text;
  for (const Entry& entry : entries) {
    if (entry.is_section) {
      text += fmt::format("\n{}: {}\n", entry.path, entry.doc);
      continue;
    }
    text += fmt::format("  {:<{}}  {}{}\n", entry.path + " = " + entry.value, columns, entry.doc,
                        entry.rule.empty() ? "" : " (" + entry.rule + ")");
  }
  return text;
}

}  // namespace ag::config
