// Copies for another core to read: past this core's caches.
//
// A plain store to a line that another core has read must first take the line away from it. Where
// two ranks share no cache (two core complexes or sockets, or the virtual CPUs of a guest that the
// host has spread) that makes a buffer used in turns several times slower than memory itself;
// docs/decisions/gradient_overlap.md has figures.
#pragma once

#include <cstddef>

namespace ag::comm {

// memcpy. `to` lies on a multiple of 16 bytes. Other cores may be told of it after fence_streams().
void stream_copy(std::byte* to, const std::byte* from, std::size_t bytes);

// What stream_copy() wrote before is seen before what this core stores after.
void fence_streams();

}  // namespace ag::comm
