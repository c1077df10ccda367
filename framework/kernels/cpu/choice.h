// Which of the CPU's instruction sets the kernels of this room use.
//
// One for the process: the widest that the processor has, unless somebody chooses. Choose before
// the first kernel runs; afterwards it changes the bits that come out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ag::kernels::cpu {

// "reference", "portable", "sse4", "avx2", "avx512" or "avx512_bf16": those that this program has
// and this processor can run, the narrowest first. "reference": none of them, but plain ATen
// operators.
std::vector<std::string> kernels_available();

// One of kernels_available(), or "auto" for the widest. Throws a usage Error for another name.
void choose_kernels(std::string_view name);
// Chooses what AG_CPU_KERNELS in the environment says, if anything. Programs do it first.
void choose_kernels_of_environment();

std::string kernels_chosen();
bool reference_chosen();

// Whether the chosen kernels multiply bfloat16 numbers by instructions made for it (AVX-512 BF16).
bool multiplies_bf16();
// Whether beside that the processor multiplies whole tiles of them (AMX), which LibTorch uses.
bool multiplies_bf16_tiles();

}  // namespace ag::kernels::cpu
