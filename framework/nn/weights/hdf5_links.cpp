#include <fmt/format.h>

#include "framework/nn/weights/hdf5_object.h"

namespace ag::weights {
namespace {

constexpr std::size_t kMostLinks = 10'000;
constexpr std::uint64_t kDeepestTree = 16;
constexpr std::uint64_t kSymbolicLink = 2;  // in a symbol table: the name of another object

// A group of the earliest format: a B-tree of symbol nodes, their names in a local heap.
class SymbolTable {
 public:
  SymbolTable(const Hdf5Bytes& file, const Hdf5Message& message) : file_(file) {
    Hdf5Cursor where(file, message.data);
    const std::uint64_t tree = where.address();
    read_heap(where.address());
    read_tree(tree, kDeepestTree);
  }

  std::vector<Hdf5Link> take() { return std::move(links_); }

 private:
  // "HEAP", version, reserved (3), bytes, free list, address
  void read_heap(std::uint64_t address) {
    constexpr std::uint64_t kHeapBytes = 32;
    Hdf5Cursor heap(file_, file_.at(address, kHeapBytes));
    if (heap.take(4) != "HEAP") file_.damaged("a group has no names");
    heap.skip(4);
    const std::uint64_t bytes = heap.number(8);
    heap.skip(8);
    names_ = file_.at(heap.address(), bytes);
  }

  // "TREE", type, level, entries (2), left, right, then key, child, key, child, ..., key
  void read_tree(std::uint64_t address, std::uint64_t highest) {
    constexpr std::uint64_t kPrefixBytes = 24;
    Hdf5Cursor prefix(file_, file_.at(address, kPrefixBytes));
    if (prefix.take(4) != "TREE" || prefix.number(1) != 0) file_.damaged("a group has no tree");
    const std::uint64_t level = prefix.number(1);
    const std::uint64_t entries = prefix.number(2);
    if (level > highest) file_.damaged("a group's tree isn't one");
    Hdf5Cursor rest(file_, file_.at(address + kPrefixBytes, entries * 16));
    for (std::uint64_t i = 0; i < entries; ++i) {
      rest.skip(8);
      const std::uint64_t child = rest.address();
      if (level == 0) {
        read_symbols(child);
      } else {
        read_tree(child, level - 1);
      }
    }
  }

  // "SNOD", version, reserved, symbols (2), then name, header, kind (4), reserved (4), cache (16)
  void read_symbols(std::uint64_t address) {
    constexpr std::uint64_t kPrefixBytes = 8;
    constexpr std::uint64_t kSymbolBytes = 40;
    // Nodes may be empty; a tree of nothing but these is as long as one of symbols.
    if (++nodes_ > kMostLinks) file_.damaged("a group holds too much");
    Hdf5Cursor prefix(file_, file_.at(address, kPrefixBytes));
    if (prefix.take(4) != "SNOD") file_.damaged("a group's tree has no symbols");
    prefix.skip(2);
    const std::uint64_t symbols = prefix.number(2);
    Hdf5Cursor rest(file_, file_.at(address + kPrefixBytes, symbols * kSymbolBytes));
    for (std::uint64_t i = 0; i < symbols; ++i) {
      const std::uint64_t name = rest.number(8);
      const std::uint64_t header = rest.address();
      const std::uint64_t kind = rest.number(4);
      rest.skip(4 + 16);
      if (links_.size() >= kMostLinks) file_.damaged("a group holds too much");
      if (kind != kSymbolicLink) links_.push_back({name_at(name), header});
    }
  }

  std::string name_at(std::uint64_t offset) const {
    const std::size_t end = offset < names_.size() ? names_.find('\0', offset) : names_.npos;
    if (end == std::string_view::npos) file_.damaged("a name of a group isn't there");
    return std::string(names_.substr(offset, end - offset));
  }

  const Hdf5Bytes& file_;
  std::string_view names_;
  std::vector<Hdf5Link> links_;
  std::size_t nodes_ = 0;
};

// version, flags, kind, order (8), character set, name's length, name, address
void add_link(const Hdf5Bytes& file, const Hdf5Message& message, std::vector<Hdf5Link>& links) {
  Hdf5Cursor link(file, message.data);
  if (link.number(1) != 1) file.damaged("a link of a group isn't one");
  const std::uint64_t flags = link.number(1);
  const std::uint64_t kind = (flags & 8U) != 0 ? link.number(1) : 0;
  if ((flags & 4U) != 0) link.skip(8);
  if ((flags & 0x10U) != 0) link.skip(1);
  const std::uint64_t length = link.number(std::size_t{1} << (flags & 3U));
  const std::string name(link.take(length));
  constexpr std::uint64_t kHard = 0;
  if (kind == kHard) links.push_back({name, link.address()});
}

// version, flags, last order (8), heap, …
void refuse_heap(const Hdf5Bytes& file, const Hdf5Message& info) {
  Hdf5Cursor rest(file, info.data);
  rest.skip(1);
  if ((rest.number(1) & 1U) != 0) rest.skip(8);
  if (rest.address() != kNoAddress) file.unsupported("has a group in HDF5's latest format");
}

}  // namespace

std::vector<Hdf5Link> hdf5_links(const Hdf5Bytes& file, const Hdf5Object& group) {
  if (const Hdf5Message* table = group.find(Hdf5Message::kSymbolTable)) {
    return SymbolTable(file, *table).take();
  }
  if (const Hdf5Message* info = group.find(Hdf5Message::kLinkInfo)) refuse_heap(file, *info);
  std::vector<Hdf5Link> links;
  for (const Hdf5Message& message : group.messages()) {
    if (message.type == Hdf5Message::kLink) add_link(file, message, links);
  }
  return links;
}

}  // namespace ag::weights
