// The number formats that a run can train in.
//
//   fp32  all of it in float.
//   bf16  features between layers in bfloat16; weights, gradients of weights, statistics and all
//         arithmetic in float. Half the memory traffic, and twice the arithmetic where the
//         processor multiplies bfloat16. On the CPU alone.
//   fp64  all of it in double, on the reference operators: to check that N ranks equal one.
//   auto  bf16 or fp32, by what the processor can do.
#pragma once

#include <c10/core/ScalarType.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "framework/comm/communicator.h"

namespace ag::train {

std::vector<std::string> precisions();

// The type that nn::make_network wants. `auto` that nobody has decided yet counts as fp32.
at::ScalarType type_of(const std::string& precision);

// What `auto` means on this processor: a table of instruction sets, never a timing.
std::string precision_of_processor();

// What all ranks train in: `asked`, or for `auto` what a checkpoint that is gone on from says, or
// else what rank 0's processor is best at. Only then, and on rank 0 alone, is the checkpoint asked.
// Collective; the same on all ranks. Throws AgreedError for a format that the communicator's device
// doesn't have.
std::string agree_on_precision(const std::string& asked,
                               const std::function<std::optional<std::string>()>& of_checkpoint,
                               comm::Communicator& communicator);

// A line for who asked for bf16 where the processor has no instructions for it; else "".
std::string precision_note(const std::string& precision);

}  // namespace ag::train
