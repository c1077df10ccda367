// Which process writes a run, and whether it still lives.
#pragma once

#include <optional>
#include <string>

namespace ag::tracking {

// Names this process so that no other process has the name: the machine's boot, the PID namespace,
// the process id and when it started, as /proc tells them.
std::string process_identity();

// Whether the process of that name lives; none where it can't be told from here (another machine,
// another container).
std::optional<bool> process_alive(const std::string& identity);

}  // namespace ag::tracking
