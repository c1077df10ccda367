// What a configuration value may be: a check, and the words for it that help and messages show.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ag::config {

struct Rule {
  std::string text;                       // "above 0", "one of a, b", "" where anything goes
  std::function<bool(double)> number_ok;  // empty: any number
  std::vector<std::string> choices;       // empty: any text
};

Rule any();
Rule at_least(double low);                   // [low, infinity)
Rule above(double low);                      // (low, infinity)
Rule between(double low, double high);       // [low, high]
Rule between_open(double low, double high);  // (low, high)
Rule above_up_to(double low, double high);   // (low, high]
Rule from_below(double low, double high);    // [low, high)
Rule one_of(std::vector<std::string> choices);

}  // namespace ag::config
