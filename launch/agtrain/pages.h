// What agtrain prints instead of training: help on the configuration, what networks are made of,
// and where a step's time goes. Neither MPI nor a data set nor a file with weights is needed.
#pragma once

#include <optional>
#include <string>

#include "launch/agtrain/options.h"

namespace ag::launch {

// The page that `options` ask for; nothing where they ask for none. Throws a usage error where the
// experiment is wrong.
std::optional<std::string> page_asked_for(const AgtrainOptions& options);

}  // namespace ag::launch
