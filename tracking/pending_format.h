// The lines of a pending file: rows that the database couldn't take, as JSON, one line each.
// pending_format.cpp draws them.
//
// A number that JSON has no word for stands as "nan", "inf" or "-inf".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "tracking/row.h"
#include "tracking/run_store.h"

namespace ag::tracking {

// The first line: names the file, so that what was merged of it is known whatever it is called.
struct PendingTitle {
  std::string file;  // random, unique
};

// Says whose rows follow. `begins`: the database hasn't heard of this start of the run yet.
struct PendingHead {
  RunHead head;
  bool begins = false;
};

using PendingLine = std::variant<PendingTitle, PendingHead, Row>;

// With the line's end.
std::string to_line(const PendingLine& line);
// None for a line that to_line() didn't make.
std::optional<PendingLine> from_line(std::string_view line);

}  // namespace ag::tracking
