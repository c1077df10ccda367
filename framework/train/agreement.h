// Failures and wishes that all ranks learn of together.
//
// Set-up (reading the configuration, opening the data set) may fail on one rank only. Were that
// rank to leave alone, the others would wait for it; so each such piece of work is followed by a
// vote, and all ranks throw the same error.
#pragma once

#include <functional>
#include <string>

#include "framework/comm/communicator.h"
#include "framework/core/error.h"

namespace ag::train {

// An Error that every rank throws at the same place. One rank prints it; all end in good order with
// its code.
class AgreedError : public Error {
 public:
  AgreedError(const std::string& text, ExitCode code) : Error("", text, "", code) {}
};

// Runs `work` on every rank. Where it threw on any, throws AgreedError on all, with the text of the
// lowest rank that failed ("rank 3: …" in front where rank 0 did not). Collective.
void all_or_none(comm::Communicator& communicator, const std::function<void()>& work);

// Whether `own` is true on any rank. Collective.
bool any_rank(comm::Communicator& communicator, bool own);

}  // namespace ag::train
