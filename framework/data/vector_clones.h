// AG_VECTOR_CLONES in front of a function compiles it once for AVX2 and once for any processor; the
// program picks one when it is loaded.
//
// AVX2 without FMA: nothing is contracted, so both give the same bits. The sanitizers don't run
// before the choice is made, so under them there is one form alone.
#pragma once

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define AG_VECTOR_CLONES [[gnu::target_clones("avx2", "default")]]
#else
#define AG_VECTOR_CLONES
#endif
