// Which samples are for training, validation and testing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "framework/data/dataset.h"

namespace ag::dataprep {

enum class SplitBy {
  kPerson,  // all pictures of a person on one side
  kImage,   // each picture by itself
};

struct SplitOptions {
  double validation = 0.2;  // share of the pictures
  double test = 0;          // the same; both together stay below 1
  SplitBy by = SplitBy::kPerson;
  std::uint64_t seed = 1;
};

// Numbers persons in the order in which they first appear, from 0. Who is "" is nobody else.
std::vector<std::uint32_t> number_persons(std::span<const std::string> persons);

// The split of every picture, given its person's number. A pure function of the order, the options
// and the numbers. Shares are met as nearly as whole groups allow.
std::vector<data::Split> split_pictures(std::span<const std::uint32_t> identities,
                                        const SplitOptions& options);

}  // namespace ag::dataprep
