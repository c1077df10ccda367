// The instruction sets that kernels are compiled for: AVX-512 with and without products of
// bfloat16, AVX2, SSE4 and what the compiler takes for granted. Included before Highway by every
// *_simd.cpp; no include guard is needed, but the one place is.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)

// Highway 1.0.3 has no target for AVX-512 BF16. What it takes for Ice Lake and later stands in for
// it, a part of what processors with BF16 have; choice.cpp sees to it that they alone run that. The
// instructions themselves are in bf16-inl.h.
#define HWY_WANT_AVX3_DL
#define AG_TARGET_BF16 HWY_AVX3_DL
