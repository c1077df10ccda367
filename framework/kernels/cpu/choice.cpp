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
    {"avx512", HWY_AVX3},
    {"avx512_bf16", AG_TARGET_BF16},
};

bool processor_multiplies_bf16() {
#if HWY_ARCH_X86_64
  return __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

// What this program has and this processor can run. targets.h says why Highway can't tell alone.
std::int64_t supported() {
  static const std::int64_t targets = [] {
    if (!processor_multiplies_bf16()) hwy::DisableTargets(AG_TARGET_BF16);
    return hwy::SupportedTargets() & HWY_TARGETS;
  }();
  return targets;
}

// For the process. Highway keeps it too, but asks the processor each time, which takes long on a
// virtual machine.
struct Choice {
  bool reference = false;    // no kernels are asked at all
  std::int64_t targets = 0;  // of which the best is taken
};

Choice choice_of(std::int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(targets);
  return {.targets = targets};
}

Choice& choice() {
  static Choice chosen = choice_of(supported());
  return chosen;
}

// Before the first kernel runs, also where nobody asks.
const bool chosen_at_start = (choice(), true);

const InstructionSet& best_of(std::int64_t targets) {
  const InstructionSet* best = &kSets[0];
  for (const InstructionSet& set : kSets) {
    if ((set.targets & targets) != 0) best = &set;
  }
  return *best;
}

}  // namespace

std::vector<std::string> kernels_available() {
  std::vector<std::string> names = {kReference};
  for (const InstructionSet& set : kSets) {
    if ((set.targets & supported()) != 0) names.emplace_back(set.name);
  }
  return names;
}

void choose_kernels(std::string_view name) {
  if (name == kReference || name == kAuto) {
    choice() = choice_of(supported());
    choice().reference = name == kReference;
    return;
  }
  for (const InstructionSet& set : kSets) {
    if (name != set.name) continue;
    if ((set.targets & supported()) == 0) {
      throw usage_error("AG_CPU_KERNELS", fmt::format("this processor has no {}", name),
                        fmt::format("give one of {}", fmt::join(kernels_available(), ", ")));
    }
    choice() = choice_of(set.targets & supported());
    return;
  }
  throw usage_error("AG_CPU_KERNELS", fmt::format("no kernels are called \"{}\"", name),
                    fmt::format("give auto or one of {}", fmt::join(kernels_available(), ", ")));
}

void choose_kernels_of_environment() {
  const char* name = std::getenv("AG_CPU_KERNELS");
  if (name != nullptr && *name != '\0') choose_kernels(name);
}

std::string kernels_chosen() {
  return reference_chosen() ? kReference : best_of(choice().targets).name;
}

bool reference_chosen() {
  return choice().reference;
}

bool multiplies_bf16() {
  return !reference_chosen() && (choice().targets & AG_TARGET_BF16) != 0;
}

bool multiplies_bf16_tiles() {
// Older compilers of clang's can't ask for it.
#if HWY_ARCH_X86_64 && (!defined(__clang__) || __clang_major__ >= 17)
  return multiplies_bf16() && __builtin_cpu_supports("amx-bf16");
#else
  return false;
#endif
}

}  // namespace ag::kernels::cpu
