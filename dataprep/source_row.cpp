#include "dataprep/source_row.h"

#include <array>

namespace ag::dataprep {

const char* reason_name(Reason reason) {
  constexpr std::array<const char*, kReasons> kNames = {
      "malformed row",     "no face",        "face score too low",
      "second face",       "gender unknown", "birth date impossible",
      "age out of range",  "file missing",   "file empty",
      "picture unreadable"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace ag::dataprep
