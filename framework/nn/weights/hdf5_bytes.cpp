#include "framework/nn/weights/hdf5_bytes.h"

#include <fmt/format.h>

#include "framework/core/error.h"
#include "framework/nn/weights/damage.h"

namespace ag::weights {

std::string_view Hdf5Bytes::at(std::uint64_t address, std::uint64_t size) const {
  if (address > bytes_.size() || size > bytes_.size() - address) {
    damaged(fmt::format("it points to byte {}, and has {}", address, bytes_.size()));
  }
  return std::string_view(bytes_.data(), bytes_.size()).substr(address, size);
}

void Hdf5Bytes::damaged(const std::string& what) const {
  throw Error(path_, "is damaged HDF5: " + what, kMendDamage);
}

void Hdf5Bytes::unsupported(const std::string& what) const {
  throw Error(path_, what,
              "write it anew by Keras, or as h5repack -l CONTI -f NONE does with HDF5's earliest "
              "format");
}

std::uint64_t Hdf5Cursor::number(std::size_t bytes) {
  std::uint64_t value = 0;
  int shift = 0;
  for (const char byte : take(bytes)) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte)) << shift;
    shift += 8;
  }
  return value;
}

std::string_view Hdf5Cursor::take(std::uint64_t bytes) {
  if (bytes > rest_.size()) file_->damaged("a part of it is shorter than it says");
  const std::string_view taken = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return taken;
}

}  // namespace ag::weights
