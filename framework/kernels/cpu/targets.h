// The instruction sets that kernels are compiled for: AVX-512, AVX2, SSE4 and what the compiler
// takes for granted. Included before Highway by every *_simd.cpp; no include guard is needed, but
// the one place is.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
