// How runs are named. A run has a token that no other run anywhere has, and an id for people: the
// token's first digits, as few as no other run of the database has taken.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace ag::tracking {

inline constexpr std::size_t kTokenDigits = 32;
inline constexpr std::size_t kShortestId = 4;
// Of an id that no database could be asked about: one in four thousand million runs has it too.
inline constexpr std::size_t kUncheckedIdDigits = 8;

// kTokenDigits random hex digits, in lower case, from the system's generator. This is the one name
// that must differ from run to run even under the same seed.
std::string random_token();

// The shortest start of `token`, of `digits` digits or more, that isn't `taken`.
std::string shortest_free_id(std::string_view token, std::size_t digits,
                             const std::function<bool(const std::string&)>& taken);

}  // namespace ag::tracking
