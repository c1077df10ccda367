// How the process gets the memory of its tensors from the system.
//
// A training step allocates and frees the same activations, tens of megabytes each, again and
// again. By default glibc gives each of them back at once, so that every step pays for fresh pages:
// one page fault for every 4 KiB. Kept, and in huge pages, the same memory serves the next step.
#pragma once

namespace ag::kernels {

// Makes malloc keep what is freed and LibTorch ask for huge pages. The process then holds its peak
// until it ends. Call it first thing in main: what was allocated before isn't affected, and
// LibTorch reads its setting with its first tensor. THP_MEM_ALLOC_ENABLE=0 in the environment
// switches huge pages off. Does nothing where the C library isn't glibc.
void keep_freed_memory();

}  // namespace ag::kernels
