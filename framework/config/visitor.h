// The one way over the fields of a configuration struct.
//
// A section is a struct with defaults and one method `void visit(config::Visitor&)` that names each
// field once, with its rule and a sentence. YAML, `key=value`, validation, --help-config and the
// reference pages are all visitors.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "framework/config/rule.h"

namespace ag::config {

using FieldRef =
    std::variant<bool*, std::int64_t*, double*, std::string*, std::optional<std::int64_t>*,
                 std::optional<double>*, std::optional<std::string>*, std::vector<std::int64_t>*,
                 std::vector<double>*, std::vector<std::string>*>;

struct Field {
  std::string_view key;
  FieldRef value;
  const Rule& rule;
  std::string_view doc;
};

class Visitor {
 public:
  virtual ~Visitor() = default;

  // A field of the section. `doc` is a phrase without a full stop: what it is, its unit, what null
  // means.
  template <class T>
  void field(std::string_view key, T& value, const Rule& rule, std::string_view doc) {
    on_field({key, FieldRef(&value), rule, doc});
  }

  // A section within the section: `section.visit` is walked under `key`.
  template <class Section>
  void section(std::string_view key, Section& section, std::string_view doc) {
    on_section(key, doc, [this, &section] { section.visit(*this); });
  }

  // A rule over several fields, told as a complaint about `key`: require(ok, "nesterov", "needs a
  // momentum above 0").
  void require(bool holds, std::string_view key, std::string_view must) {
    if (!holds) on_broken_rule(key, must, "");
  }
  // The same where only several sections together know what the word of `key` may be.
  void require_one_of(const std::vector<std::string>& choices, std::string_view key,
                      const std::string& word);

 protected:
  virtual void on_field(const Field& field) = 0;
  virtual void on_section(std::string_view key, std::string_view doc,
                          const std::function<void()>& walk) = 0;
  virtual void on_broken_rule(std::string_view key, std::string_view must,
                              const std::string& nearest);
};

// A whole configuration, whatever its type: a walk over its fields.
using Visit = std::function<void(Visitor&)>;

template <class Section>
Visit visit_of(Section& section) {
  return [&section](Visitor& visitor) { section.visit(visitor); };
}

}  // namespace ag::config
