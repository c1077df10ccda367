// Which naming a file follows. Internal to load_into.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "framework/nn/weights/names.h"
#include "framework/nn/weights/state_dict.h"

namespace ag::weights {

// A naming as one file has it: with a prefix before every name.
struct NameFit {
  Naming naming = Naming::kOurs;
  std::string prefix;
  NameMap map;
  std::size_t found = 0;   // of the backbone's convolutions: those that the file has
  std::size_t wanted = 0;  // the backbone's convolutions
};

// The naming and prefix that explain most of the backbone.
NameFit best_fit(std::span<const nn::NamedTensor> tensors, const StateDict& weights,
                 std::string_view family);

// The file's tensor for `name`, under the name that it has there; null where there is none.
const StateDict::Entry* find_in(const StateDict& weights, const NameFit& fit,
                                const ForeignName& name);

// The family that a file's names tell of; nothing where they tell of none known here.
struct FamilyGuess {
  Naming naming = Naming::kOurs;
  std::string family;
};
std::optional<FamilyGuess> guess_family(const StateDict& weights);

// Whether a tensor of ours belongs to a head or top, which may be swapped.
bool is_head(std::string_view name);

}  // namespace ag::weights
