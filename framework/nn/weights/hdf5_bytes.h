// The bytes of an HDF5 file that is not to be trusted, read within their bounds alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ag::weights {

class Hdf5Bytes {
 public:
  // `path` is for messages.
  Hdf5Bytes(std::string path, std::vector<char> bytes)
      : path_(std::move(path)), bytes_(std::move(bytes)) {}

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return bytes_.size(); }
  // Throws Error where the file doesn't reach so far.
  std::string_view at(std::uint64_t address, std::uint64_t size) const;

  // "<path>: is damaged HDF5: <what>"
  [[noreturn]] void damaged(const std::string& what) const;
  // "<path>: <what>; ..." for sound files that this reader isn't made for.
  [[noreturn]] void unsupported(const std::string& what) const;

 private:
  std::string path_;
  std::vector<char> bytes_;
};

// Reads a piece of the file from its front.
class Hdf5Cursor {
 public:
  Hdf5Cursor(const Hdf5Bytes& file, std::string_view bytes) : file_(&file), rest_(bytes) {}

  // These throw Error where fewer bytes are left.
  std::uint64_t number(std::size_t bytes);  // little-endian, at most 8 bytes
  std::uint64_t address() { return number(8); }
  std::string_view take(std::uint64_t bytes);
  void skip(std::uint64_t bytes) { take(bytes); }
  std::uint64_t left() const { return rest_.size(); }

 private:
  const Hdf5Bytes* file_;
  std::string_view rest_;
};

// What HDF5 writes where there is no address.
inline constexpr std::uint64_t kNoAddress = ~std::uint64_t{0};

}  // namespace ag::weights
