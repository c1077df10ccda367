// What texts are told apart by: trials, bases, folders.
#pragma once

#include <string>
#include <string_view>

namespace ag::sweep {

// 16 hex digits (XXH3): the same on every machine.
std::string hash_of(std::string_view text);

}  // namespace ag::sweep
