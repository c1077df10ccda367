// How a program that computes gets its memory from the system: by jemalloc, in the place of the C
// library's malloc, with the options below.
//
// A training step allocates and frees the same activations, tens of megabytes each, again and
// again. glibc gives each of them back to the system at once, so that every step pays for fresh
// pages, or, told to keep them, lays small blocks that live long between them and grows for dozens
// of steps. jemalloc keeps large blocks apart from small ones and joins those that are free.
// docs/decisions/memory.md has the figures.
//
// The process holds its peak until it ends, in huge pages where the system lends those. What
// MALLOC_CONF in the environment says goes before what is said here.

// Read by jemalloc before main, by this name.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "narenas:1,"                            // what one thread frees serves every other
    "dirty_decay_ms:-1,muzzy_decay_ms:-1,"  // nothing is given back
    "thp:always";
}
