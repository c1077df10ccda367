#include "framework/comm/stream_copy.h"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ag::comm {

#if defined(__SSE2__)

// Below this the other core is likely to read at once, and finds it sooner in a cache.
constexpr std::size_t kWorthStreaming = 2048;

void stream_copy(std::byte* to, const std::byte* from, std::size_t bytes) {
  constexpr std::size_t kWord = sizeof(__m128i);
  constexpr std::size_t kLine = 4 * kWord;
  const std::size_t streamed = bytes < kWorthStreaming ? 0 : bytes / kLine * kLine;
  for (std::size_t i = 0; i < streamed; i += kLine) {
    const auto* source = reinterpret_cast<const __m128i*>(from + i);
    auto* target = reinterpret_cast<__m128i*>(to + i);
    const __m128i words[] = {_mm_loadu_si128(source), _mm_loadu_si128(source + 1),
                             _mm_loadu_si128(source + 2), _mm_loadu_si128(source + 3)};
    _mm_stream_si128(target, words[0]);
    _mm_stream_si128(target + 1, words[1]);
    _mm_stream_si128(target + 2, words[2]);
    _mm_stream_si128(target + 3, words[3]);
  }
  std::memcpy(to + streamed, from + streamed, bytes - streamed);
}

void fence_streams() {
  _mm_sfence();
}

#else

void stream_copy(std::byte* to, const std::byte* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
}

void fence_streams() {}  // plain stores need none: the counters order them

#endif

}  // namespace ag::comm
