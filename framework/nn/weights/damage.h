// What to do about a file of weights that is damaged: its readers say so after what is wrong.
#pragma once

namespace ag::weights {

inline constexpr const char* kMendDamage = "take another copy of it";

}  // namespace ag::weights
