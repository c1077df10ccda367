#include "framework/config/config_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <utility>

#include "framework/config/path.h"
#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/text.h"

namespace ag::config {
namespace {

// Where a tree was read, for complaints: a file, with lines, or a place that has none.
struct Source {
  std::string name;
  bool has_lines = true;

  std::string at(const YAML::Mark& mark) const {
    return has_lines ? fmt::format("{}:{}", name, mark.line + 1) : name;
  }
};

std::string type_name(bool*) {
  return "true or false";
}
std::string type_name(std::int64_t*) {
  return "a whole number";
}
std::string type_name(double*) {
  return "a number";
}
std::string type_name(std::string*) {
  return "a text";
}
template <class T>
std::string type_name(std::optional<T>*) {
  return type_name(static_cast<T*>(nullptr)) + " or null";
}
template <class T>
std::string type_name(std::vector<T>*) {
  return "a list [a, b, …], each " + type_name(static_cast<T*>(nullptr));
}

// Reads a node into a value; false when the node isn't of that type.
template <class T>
bool read_value(const YAML::Node& node, T& value) {
  return node.IsScalar() && YAML::convert<T>::decode(node, value);
}
template <class T>
bool read_value(const YAML::Node& node, std::optional<T>& value) {
  if (node.IsNull()) {
    value.reset();
    return true;
  }
  return read_value(node, value.emplace());
}
template <class T>
bool read_value(const YAML::Node& node, std::vector<T>& value) {
  if (!node.IsSequence()) return false;
  value.clear();
  return std::all_of(node.begin(), node.end(), [&value](const YAML::Node& item) {
    return read_value(item, value.emplace_back());
  });
}

std::string shown(const YAML::Node& node) {
  if (node.IsScalar()) return "'" + node.Scalar() + "'";
  if (node.IsNull()) return "null";
  return node.IsMap() ? "a group of keys" : "a list";
}

// Walks the struct beside the YAML tree and sets the fields that it finds there.
class TreeReader : public PathVisitor {
 public:
  TreeReader(const YAML::Node& root, Source source, std::vector<std::string> paths,
             std::map<std::string, std::string>& origin)
      : node_(root), source_(std::move(source)), paths_(std::move(paths)), origin_(origin) {}

  // Keys of the current group that are somebody else's.
  void leave(const std::set<std::string>& keys) { known_.insert(keys.begin(), keys.end()); }

  // Complains about the keys of the current group that no field took.
  void refuse_unknown_keys() const {
    std::set<std::string> seen;
    for (const auto& item : node_) {
      const auto key = item.first.as<std::string>("");
      if (known_.count(key) == 0) refuse(item.first, key);
      if (!seen.insert(key).second) {
        throw usage_error(where(item.first), fmt::format("'{}' stands here twice", path_to(key)),
                          "keep one of them");
      }
    }
  }

 protected:
  void on_field(const Field& field) override {
    const std::string key(field.key);
    known_.insert(key);
    const YAML::Node node = child(key);
    if (!node.IsDefined()) return;
    const bool fits =
        std::visit([&node](auto* value) { return read_value(node, *value); }, field.value);
    if (!fits) {
      const std::string type =
          std::visit([](auto* value) { return type_name(value); }, field.value);
      throw usage_error(where(node),
                        fmt::format("{} is {}, but must be {}", path_to(key), shown(node), type),
                        "see --help-config");
    }
    origin_[path_to(key)] = where(node);
  }

  void on_section(std::string_view key, std::string_view doc,
                  const std::function<void()>& walk) override {
    known_.insert(std::string(key));
    const YAML::Node node = child(std::string(key));
    if (!node.IsDefined() || node.IsNull()) return;
    if (!node.IsMap()) {
      throw usage_error(
          where(node),
          fmt::format("{} is {}, but must be a group of keys", path_to(key), shown(node)),
          "see --help-config");
    }
    const YAML::Node outer_node = node_;
    std::set<std::string> outer_known = std::exchange(known_, {});
    node_.reset(node);
    PathVisitor::on_section(key, doc, [this, &walk] {
      walk();
      refuse_unknown_keys();
    });
    node_.reset(outer_node);
    known_ = std::move(outer_known);
  }

 private:
  YAML::Node child(const std::string& key) const { return std::as_const(node_)[key]; }

  std::string where(const YAML::Node& node) const { return source_.at(node.Mark()); }

  [[noreturn]] void refuse(const YAML::Node& node, const std::string& key) const {
    const std::string path = path_to(key);
    // First the same name in another section, then a slip of the hand.
    const auto namesake =
        std::find_if(paths_.begin(), paths_.end(), [&key](const std::string& known) {
          return known.size() > key.size() && known.ends_with("." + key);
        });
    const std::string nearest = nearest_word(path, paths_);
    std::vector<std::string> siblings;
    for (const std::string& sibling : known_) siblings.push_back(path_to(sibling));
    std::string proposal = nearest_word(path, siblings);
    if (proposal.empty()) proposal = namesake != paths_.end() ? *namesake : nearest;
    throw usage_error(where(node), fmt::format("'{}' isn't a key", path),
                      proposal.empty() ? "--help-config lists every key"
                                       : fmt::format("the nearest is '{}'", proposal));
  }

  YAML::Node node_;
  Source source_;
  std::vector<std::string> paths_;
  std::map<std::string, std::string>& origin_;
  std::set<std::string> known_;
};

bool allowed(const Rule& rule, double number) {
  return !rule.number_ok || rule.number_ok(number);
}
bool allowed(const Rule& rule, std::int64_t number) {
  return allowed(rule, static_cast<double>(number));
}
bool allowed(const Rule&, bool) {
  return true;
}
bool allowed(const Rule& rule, const std::string& text) {
  return rule.choices.empty() ||
         std::find(rule.choices.begin(), rule.choices.end(), text) != rule.choices.end();
}
template <class T>
bool allowed(const Rule& rule, const std::optional<T>& value) {
  return !value || allowed(rule, *value);
}
template <class T>
bool allowed(const Rule& rule, const std::vector<T>& values) {
  return std::all_of(values.begin(), values.end(),
                     [&rule](const T& value) { return allowed(rule, value); });
}

template <class T>
std::string as_text(const T& value) {
  YAML::Emitter out;
  out << YAML::Flow << YAML::Node(value);
  return out.c_str();
}
template <class T>
std::string as_text(const std::optional<T>& value) {
  return value ? as_text(*value) : "null";
}

class Checker : public PathVisitor {
 public:
  explicit Checker(const std::map<std::string, std::string>& origin) : origin_(origin) {}

 protected:
  void on_field(const Field& field) override {
    std::visit(
        [&](auto* value) {
          if (allowed(field.rule, *value)) return;
          complain(field.key,
                   fmt::format("is {}, but must be {}", as_text(*value), field.rule.text),
                   field.rule.choices.empty() || !std::holds_alternative<std::string*>(field.value)
                       ? ""
                       : nearest_word(*std::get<std::string*>(field.value), field.rule.choices));
        },
        field.value);
  }
  void on_broken_rule(std::string_view key, std::string_view must,
                      const std::string& nearest) override {
    complain(key, std::string(must), nearest);
  }

 private:
  void complain(std::string_view key, const std::string& complaint,
                const std::string& nearest) const {
    const std::string path = path_to(key);
    const auto origin = origin_.find(path);
    throw usage_error(origin == origin_.end() ? "configuration" : origin->second,
                      fmt::format("{} {}", path, complaint),
                      nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
  }

  const std::map<std::string, std::string>& origin_;
};

YAML::Node parse(const std::string& yaml, const Source& source) {
  try {
    return YAML::Load(yaml);
  } catch (const YAML::ParserException& failure) {
    throw usage_error(source.at(failure.mark), "this isn't YAML: " + failure.msg,
                      "see experiments/ for examples");
  }
}

}  // namespace

ConfigReader::ConfigReader(Visit visit) : visit_(std::move(visit)) {}

void ConfigReader::read_file(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw usage_error(path, "there is no such file",
                      "give the path of a YAML file, as in experiments/");
  }
  read_text(ag::read_file(path), path);
}

void ConfigReader::read_text(const std::string& yaml, const std::string& name) {
  const Source source{name};
  const YAML::Node root = parse(yaml, source);
  if (root.IsNull()) return;  // an empty file says: all defaults
  if (!root.IsMap())
    throw usage_error(name, "must be keys with values", "see experiments/ for examples");
  TreeReader reader(root, source, all_paths(visit_), origin_);
  reader.leave(left_);
  visit_(reader);
  reader.refuse_unknown_keys();
}

void ConfigReader::assign(std::string_view assignment, const std::string& where) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw usage_error(where, fmt::format("'{}' isn't key=value", assignment),
                      "write for example optimizer.lr=0.01");
  }
  // a.b.c=v is the YAML tree {a: {b: {c: v}}}.
  std::string yaml(assignment.substr(equals + 1));
  std::string_view path = assignment.substr(0, equals);
  const Source source{where, /*has_lines=*/false};
  YAML::Node node = parse(yaml, source);
  while (true) {
    const std::size_t dot = path.rfind('.');
    YAML::Node group;
    group[std::string(path.substr(dot == std::string_view::npos ? 0 : dot + 1))] = node;
    node.reset(group);
    if (dot == std::string_view::npos) break;
    path = path.substr(0, dot);
  }
  TreeReader reader(node, source, all_paths(visit_), origin_);
  visit_(reader);
  reader.refuse_unknown_keys();
}

void ConfigReader::validate() const {
  Checker checker(origin_);
  visit_(checker);
}

}  // namespace ag::config
