#include "framework/config/visitor.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/core/text.h"

namespace ag::config {

void Visitor::require_one_of(const std::vector<std::string>& choices, std::string_view key,
                             const std::string& word) {
  if (std::ranges::find(choices, word) != choices.end()) return;
  on_broken_rule(key, fmt::format("is {}, but must be {}", word, one_of(choices).text),
                 nearest_word(word, choices));
}

void Visitor::on_broken_rule(std::string_view, std::string_view, const std::string&) {}

}  // namespace ag::config
