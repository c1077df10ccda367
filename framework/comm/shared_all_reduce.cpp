#include "framework/comm/shared_all_reduce.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "framework/comm/shared_window.h"
#include "framework/comm/stream_copy.h"

namespace ag::comm {
namespace {

constexpr std::size_t kBlock = 1024;  // elements added at a time: they stay in the first cache

// own[i] and sum[i] become the sum of sources[0][i], sources[1][i], … in that order.
template <class T>
void add_in_order(const std::vector<const std::byte*>& sources, std::byte* own, std::byte* sum,
                  std::size_t count) {
  std::array<T, kBlock> total;
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    const std::size_t length = std::min(kBlock, count - begin);
    const std::size_t bytes = length * sizeof(T);
    std::memcpy(total.data(), sources[0] + begin * sizeof(T), bytes);
    for (std::size_t k = 1; k < sources.size(); ++k) {
      const T* source = reinterpret_cast<const T*>(sources[k]) + begin;
      for (std::size_t i = 0; i < length; ++i) total[i] = static_cast<T>(total[i] + source[i]);
    }
    std::memcpy(own + begin * sizeof(T), total.data(), bytes);
    stream_copy(sum + begin * sizeof(T), reinterpret_cast<const std::byte*>(total.data()), bytes);
  }
}

using Add = void (*)(const std::vector<const std::byte*>&, std::byte*, std::byte*, std::size_t);

struct ElementType {
  std::size_t bytes;
  Add add;
};

template <class T>
constexpr ElementType type_of() {
  return {sizeof(T), &add_in_order<T>};
}

const ElementType& type(Element element) {
  static constexpr std::array<ElementType, 7> kTypes = {
      type_of<float>(),        type_of<double>(),       type_of<std::int8_t>(),
      type_of<std::uint8_t>(), type_of<std::int16_t>(), type_of<std::int32_t>(),
      type_of<std::int64_t>()};
  return kTypes[static_cast<std::size_t>(element)];
}

// The chunk number that must be done before `number` may use the same slot of the ring.
std::uint64_t freed_by(std::uint64_t number) {
  return number < SharedWindow::kSlots ? 0 : number - SharedWindow::kSlots + 1;
}

}  // namespace

std::size_t bytes_of(Element element) {
  return type(element).bytes;
}

SharedAllReduce::SharedAllReduce(MPI_Comm host) : window_(std::make_unique<SharedWindow>(host)) {}

SharedAllReduce::~SharedAllReduce() = default;

std::uint64_t SharedAllReduce::submit(void* data, std::int64_t count, Element element) {
  const std::size_t width = bytes_of(element);
  const std::size_t most = window_->chunk_bytes() / width;
  auto* bytes = static_cast<std::byte*>(data);
  for (std::size_t left = static_cast<std::size_t>(count); left > 0;) {
    const std::size_t length = std::min(most, left);
    chunks_.push_back({bytes, length, element});
    bytes += length * width;
    left -= length;
    ++submitted_;
  }
  return submitted_;
}

bool SharedAllReduce::progress(std::uint64_t number) {
  while (taken_ < number && step()) {
  }
  return taken_ >= number;
}

void SharedAllReduce::wait(std::uint64_t number) {
  while (!progress(number)) sleep();
}

void SharedAllReduce::barrier() {
  std::uint8_t nothing = 0;
  wait(submit(&nothing, 1, Element::kUint8));
}

bool SharedAllReduce::step() {
  // What other ranks wait for comes first.
  if (arrived_ < submitted_ && window_->laggard(Stage::kAdded, freed_by(arrived_)) < 0) {
    copy_in(chunk(arrived_));
    window_->raise(Stage::kArrived, ++arrived_);
    return true;
  }
  if (added_ < arrived_ && window_->laggard(Stage::kArrived, added_ + 1) < 0 &&
      window_->laggard(Stage::kTaken, freed_by(added_)) < 0) {
    add(chunk(added_));
    window_->raise(Stage::kAdded, ++added_);
    return true;
  }
  if (taken_ < added_ && window_->laggard(Stage::kAdded, taken_ + 1) < 0) {
    copy_out(chunk(taken_));
    chunks_.pop_front();
    window_->raise(Stage::kTaken, ++taken_);
    return true;
  }
  return false;
}

void SharedAllReduce::sleep() {
  const auto wait_for_all = [this](Stage stage, std::uint64_t count) {
    const int rank = window_->laggard(stage, count);
    if (rank >= 0) window_->wait_for(stage, rank, count);
  };
  // Each rank waits for its oldest chunk alone. The oldest of all ranks' chunks waits for nothing
  // that isn't under way, so somebody always goes on.
  if (taken_ < added_) {
    wait_for_all(Stage::kAdded, taken_ + 1);
  } else {
    wait_for_all(Stage::kTaken, freed_by(added_));
    wait_for_all(Stage::kArrived, added_ + 1);
  }
}

void SharedAllReduce::copy_in(const Chunk& chunk) {
  const std::size_t width = bytes_of(chunk.element);
  const std::size_t begin = window_->part(window_->rank(), chunk.count, width) * width;
  const std::size_t end = window_->part(window_->rank() + 1, chunk.count, width) * width;
  std::byte* slot = window_->slot(window_->rank(), arrived_);
  stream_copy(slot, chunk.data, begin);
  stream_copy(slot + end, chunk.data + end, chunk.count * width - end);
}

void SharedAllReduce::add(const Chunk& chunk) {
  const ElementType& kind = type(chunk.element);
  const int self = window_->rank();
  const std::size_t begin = window_->part(self, chunk.count, kind.bytes);
  const std::size_t end = window_->part(self + 1, chunk.count, kind.bytes);
  std::vector<const std::byte*> sources;
  for (int rank = 0; rank < window_->size(); ++rank) {
    const std::byte* base = rank == self ? chunk.data : window_->slot(rank, added_);
    sources.push_back(base + begin * kind.bytes);
  }
  kind.add(sources, chunk.data + begin * kind.bytes, window_->sum(self, added_), end - begin);
}

void SharedAllReduce::copy_out(const Chunk& chunk) {
  const std::size_t width = bytes_of(chunk.element);
  for (int rank = 0; rank < window_->size(); ++rank) {
    if (rank == window_->rank()) continue;
    const std::size_t begin = window_->part(rank, chunk.count, width) * width;
    const std::size_t end = window_->part(rank + 1, chunk.count, width) * width;
    std::memcpy(chunk.data + begin, window_->sum(rank, taken_), end - begin);
  }
}

}  // namespace ag::comm
