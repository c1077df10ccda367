#include "framework/kernels/cpu/choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/kernels/cpu/targets.h"
//
#include <hwy/highway.h>

#include <cstdint>
#include <cstdlib>

#include "framework/core/error.h"

namespace ag::kernels::cpu {
namespace {

constexpr const char* kReference = "reference";
constexpr const char* kAuto = "auto";

struct InstructionSet {
  const char* name;
  std::int64_t targets;  // Highway's
};

constexpr InstructionSet kSets[] = {
    {"portable", HWY_SCALAR | HWY_EMU128 | HWY_NEON},
    {"sse4", HWY_SSE4},
    {"avx2", HWY_AVX2},
    {"avx512", HWY_AVX3 | HWY_AVX3_DL},
};

// Highway keeps the choice of an instruction set for the process; beside it stands whether its
// kernels are asked at all.
bool& reference() {
  static bool chosen = false;
  return chosen;
}

void use(std::int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

std::int64_t supported_by_processor() {
  use(0);
  return hwy::SupportedTargets() & HWY_TARGETS;
}

// The set of the best of `targets`.
const InstructionSet& best_of(std::int64_t targets) {
  const InstructionSet* best = &kSets[0];
  for (const InstructionSet& set : kSets) {
    if ((set.targets & targets) != 0) best = &set;
  }
  return *best;
}

}  // namespace

std::vector<std::string> kernels_available() {
  const std::string before = kernels_chosen();
  const std::int64_t targets = supported_by_processor();
  choose_kernels(before);
  std::vector<std::string> names = {kReference};
  for (const InstructionSet& set : kSets) {
    if ((set.targets & targets) != 0) names.emplace_back(set.name);
  }
  return names;
}

void choose_kernels(std::string_view name) {
  const std::int64_t targets = supported_by_processor();
  reference() = name == kReference;
  if (reference() || name == kAuto) return;
  for (const InstructionSet& set : kSets) {
    if (name != set.name) continue;
    if ((set.targets & targets) == 0) {
      throw usage_error("AG_CPU_KERNELS", fmt::format("this processor has no {}", name),
                        fmt::format("give one of {}", fmt::join(kernels_available(), ", ")));
    }
    return use(set.targets & targets);
  }
  throw usage_error("AG_CPU_KERNELS", fmt::format("no kernels are called \"{}\"", name),
                    fmt::format("give auto or one of {}", fmt::join(kernels_available(), ", ")));
}

void choose_kernels_of_environment() {
  const char* name = std::getenv("AG_CPU_KERNELS");
  if (name != nullptr && *name != '\0') choose_kernels(name);
}

std::string kernels_chosen() {
  return reference() ? kReference : best_of(hwy::SupportedTargets() & HWY_TARGETS).name;
}

bool reference_chosen() {
  return reference();
}

bool multiplies_bf16() {
#if HWY_ARCH_X86_64
  return kernels_chosen() == "avx512" && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

}  // namespace ag::kernels::cpu
