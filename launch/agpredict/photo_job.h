// Photos to answers: threads read photos and find their faces, this thread asks the network and
// tells.
#pragma once

#include "framework/core/error.h"
#include "launch/agpredict/options.h"

namespace ag::predict {

// kFailed where a photo couldn't be read or its copy couldn't be written; the others are done all
// the same. Throws Error for what concerns all photos.
ExitCode run_photos(const Options& options);

}  // namespace ag::predict
