#include "framework/nn/weights/hdf5_object.h"

#include <fmt/format.h>

#include <algorithm>

namespace ag::weights {
namespace {

constexpr std::size_t kMostMessages = 20'000;
constexpr std::size_t kMostBlocks = 1'000;
constexpr std::string_view kSignature("\x89HDF\r\n\x1a\n", 8);
constexpr std::string_view kHeader2 = "OHDR";
constexpr std::string_view kBlock2 = "OCHK";
constexpr std::uint64_t kOffsetBytes = 8;
constexpr std::size_t kChecksumBytes = 4;

// Superblocks of the earliest format: the root group is a symbol table's entry.
std::uint64_t root_of_version_0(Hdf5Cursor superblock, std::uint64_t version,
                                const Hdf5Bytes& file) {
  superblock.skip(4);  // versions of other parts
  const std::uint64_t offset_bytes = superblock.number(1);
  const std::uint64_t length_bytes = superblock.number(1);
  if (offset_bytes != kOffsetBytes || length_bytes != kOffsetBytes) {
    file.unsupported("has other than 64-bit addresses");
  }
  superblock.skip(1 + 2 + 2 + 4);  // sizes of trees' nodes, flags
  if (version == 1) superblock.skip(4);
  const std::uint64_t base = superblock.address();
  superblock.address();  // free space
  const std::uint64_t end = superblock.address();
  if (base != 0) file.unsupported("has a user block before it");
  if (end > file.size()) {
    file.damaged(fmt::format("it is cut: {} of its {} bytes are there", file.size(), end));
  }
  superblock.skip(2 * kOffsetBytes);  // driver, the root's name
  return superblock.address();
}

std::uint64_t root_of_version_2(Hdf5Cursor superblock, const Hdf5Bytes& file) {
  const std::uint64_t offset_bytes = superblock.number(1);
  const std::uint64_t length_bytes = superblock.number(1);
  if (offset_bytes != kOffsetBytes || length_bytes != kOffsetBytes) {
    file.unsupported("has other than 64-bit addresses");
  }
  superblock.skip(1);  // flags
  const std::uint64_t base = superblock.address();
  superblock.address();  // extension
  const std::uint64_t end = superblock.address();
  if (base != 0) file.unsupported("has a user block before it");
  if (end > file.size()) {
    file.damaged(fmt::format("it is cut: {} of its {} bytes are there", file.size(), end));
  }
  return superblock.address();
}

}  // namespace

std::uint64_t hdf5_root(const Hdf5Bytes& file) {
  constexpr std::uint64_t kLongestSuperblock = 96;
  Hdf5Cursor superblock(file, file.at(0, std::min(file.size(), kLongestSuperblock)));
  if (superblock.take(kSignature.size()) != kSignature) file.damaged("it has no signature");
  const std::uint64_t version = superblock.number(1);
  if (version <= 1) return root_of_version_0(superblock, version, file);
  if (version <= 3) return root_of_version_2(superblock, file);
  file.unsupported(fmt::format("has a superblock of version {}", version));
}

Hdf5Object::Hdf5Object(const Hdf5Bytes& file, std::uint64_t address) : file_(file) {
  if (file.at(address, kHeader2.size()) == kHeader2) {
    read_version_2(address);
  } else {
    read_version_1(address);
  }
}

// version, reserved, messages (2), links (4), bytes (4), padding (4), messages
void Hdf5Object::read_version_1(std::uint64_t address) {
  constexpr std::uint64_t kPrefixBytes = 16;
  Hdf5Cursor prefix(file_, file_.at(address, kPrefixBytes));
  if (prefix.number(1) != 1) file_.damaged(fmt::format("no object is at byte {}", address));
  prefix.skip(1 + 2 + 4);
  read_messages(file_.at(address + kPrefixBytes, prefix.number(4)), false, false);
  read_continuations(false, false);
}

// "OHDR", version, flags, times, attribute limits, bytes, messages, checksum
void Hdf5Object::read_version_2(std::uint64_t address) {
  constexpr std::uint64_t kLongestPrefix = 4 + 1 + 1 + 16 + 4 + 8;
  const std::uint64_t there = file_.at(address, 0).size() + file_.size() - address;
  Hdf5Cursor prefix(file_, file_.at(address, std::min(kLongestPrefix, there)));
  prefix.skip(kHeader2.size());
  if (prefix.number(1) != 2) file_.damaged(fmt::format("no object is at byte {}", address));
  const std::uint64_t flags = prefix.number(1);
  if ((flags & 0x20U) != 0) prefix.skip(16);  // four times
  if ((flags & 0x10U) != 0) prefix.skip(4);   // two bounds
  const std::uint64_t bytes = prefix.number(std::size_t{1} << (flags & 3U));
  const std::uint64_t begin = address + std::min(kLongestPrefix, there) - prefix.left();
  const bool with_order = (flags & 4U) != 0;
  read_messages(file_.at(begin, bytes), true, with_order);
  read_continuations(true, with_order);
}

void Hdf5Object::read_continuations(bool version_2, bool with_order) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (i >= kMostBlocks) file_.damaged("an object's header goes on without an end");
    std::string_view block = file_.at(blocks_[i].address, blocks_[i].size);
    if (version_2) {
      const std::size_t frame = kBlock2.size() + kChecksumBytes;
      if (block.size() < frame || !block.starts_with(kBlock2)) {
        file_.damaged("an object's header goes on where nothing is");
      }
      block = block.substr(kBlock2.size(), block.size() - frame);
    }
    read_messages(block, version_2, with_order);
  }
}

void Hdf5Object::read_messages(std::string_view block, bool version_2, bool with_order) {
  const std::size_t prefix_bytes = version_2 ? (with_order ? 6 : 4) : 8;
  Hdf5Cursor rest(file_, block);
  while (rest.left() >= prefix_bytes) {
    Hdf5Message message;
    message.type = rest.number(version_2 ? 1 : 2);
    const std::uint64_t bytes = rest.number(2);
    message.shared = (rest.number(1) & 2U) != 0;
    rest.skip(version_2 ? (with_order ? 2 : 0) : 3);
    message.data = rest.take(bytes);
    add(message);
  }
}

void Hdf5Object::add(Hdf5Message message) {
  if (messages_.size() >= kMostMessages) file_.damaged("an object has too many messages");
  if (message.type == Hdf5Message::kContinuation) {
    Hdf5Cursor where(file_, message.data);
    const std::uint64_t address = where.address();
    blocks_.push_back({address, where.number(8)});
    return;
  }
  messages_.push_back(message);
}

const Hdf5Message* Hdf5Object::find(Hdf5Message::Type type) const {
  const auto found = std::ranges::find(messages_, std::uint64_t{type}, &Hdf5Message::type);
  if (found == messages_.end()) return nullptr;
  if (found->shared) file_.unsupported("shares types between its objects");
  return &*found;
}

bool Hdf5Object::is_group() const {
  return find(Hdf5Message::kSymbolTable) != nullptr || find(Hdf5Message::kLinkInfo) != nullptr ||
         find(Hdf5Message::kLink) != nullptr;
}

}  // namespace ag::weights
