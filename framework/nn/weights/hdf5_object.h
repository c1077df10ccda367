// The objects of an HDF5 file (groups and data sets), from their headers. Internal to Hdf5Group.
//
// After the HDF5 File Format Specification 3.0: superblocks 0 to 3; object headers 1 and 2; groups
// by symbol table, or by link messages in the header. What only HDF5's "latest" format writes for
// large objects (fractal heaps) is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "framework/nn/weights/hdf5_bytes.h"

namespace ag::weights {

struct Hdf5Message {
  enum Type : std::uint64_t {
    kDataspace = 0x1,
    kLinkInfo = 0x2,
    kDatatype = 0x3,
    kLink = 0x6,
    kExternalFiles = 0x7,
    kLayout = 0x8,
    kFilters = 0xb,
    kAttribute = 0xc,
    kContinuation = 0x10,
    kSymbolTable = 0x11,
    kAttributeInfo = 0x15,
  };
  std::uint64_t type = 0;
  bool shared = false;  // its data lie elsewhere
  std::string_view data;
};

// An object's header.
class Hdf5Object {
 public:
  Hdf5Object(const Hdf5Bytes& file, std::uint64_t address);

  const std::vector<Hdf5Message>& messages() const { return messages_; }
  // The first of that type; null where there is none. Throws Error where it is shared.
  const Hdf5Message* find(Hdf5Message::Type type) const;
  bool is_group() const;

 private:
  void read_version_1(std::uint64_t address);
  void read_version_2(std::uint64_t address);
  // Messages of one block; the blocks that it goes on in are appended to `blocks_`.
  void read_messages(std::string_view block, bool version_2, bool with_order);
  void add(Hdf5Message message);
  void read_continuations(bool version_2, bool with_order);

  struct Block {
    std::uint64_t address = 0, size = 0;
  };

  const Hdf5Bytes& file_;
  std::vector<Hdf5Message> messages_;
  std::vector<Block> blocks_;
};

struct Hdf5Link {
  std::string name;
  std::uint64_t address = 0;  // of an object's header in this file
};

// Where the root group's header is.
std::uint64_t hdf5_root(const Hdf5Bytes& file);

// What a group holds in this file; links to elsewhere (soft and external ones) are left out.
std::vector<Hdf5Link> hdf5_links(const Hdf5Bytes& file, const Hdf5Object& group);

}  // namespace ag::weights
