// What a program says to the person who runs it besides its results: spdlog, set up once in main.
//
//   spdlog::set_default_logger(ag::make_logger(world.rank));
//   spdlog::warn("2 ranks share a core");     ->  warning: 2 ranks share a core
//                                             ->  rank 3: warning: 2 ranks share a core
#pragma once

#include <spdlog/logger.h>

#include <cstdio>
#include <memory>

namespace ag {

// A logger that writes whole lines to `stream`, so that the lines of several ranks and threads
// don't run into each other. Rank 0 and programs without ranks say who they are in no way, and say
// all from "info" on; the other ranks name themselves and say warnings and errors alone. On a
// terminal a live line that stands there (Progress) is wiped first, and drawn again by its next
// update. Any thread may log.
std::shared_ptr<spdlog::logger> make_logger(int rank = 0, std::FILE* stream = stderr);

}  // namespace ag
