// What a sweep varies: a key of the experiment, and the values that it may take.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ag::sweep {

enum class Distribution { kUniform, kLogUniform, kIntUniform };

struct Parameter {
  std::string key;                  // "optimizer.lr"
  std::vector<std::string> values;  // as YAML writes them; empty: drawn between low and high
  Distribution distribution = Distribution::kUniform;
  double low = 0, high = 0;  // both can be drawn
  std::string where;         // "sweep.yaml:7", for messages
};

// Every combination, the last parameter's value changing fastest. Throws a usage Error where one of
// them has no list of values.
std::vector<std::vector<std::string>> grid(const std::vector<Parameter>& parameters);

// `count` points drawn independently, those that were drawn before left out: draw i is a function
// of `seed` and i alone, so that a longer sweep begins with the points of a shorter one.
std::vector<std::vector<std::string>> draw(const std::vector<Parameter>& parameters,
                                           std::int64_t count, std::int64_t seed);

}  // namespace ag::sweep
