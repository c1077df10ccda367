// Tensors in a file that every Python user can open: the safetensors format, written whole or not
// at all, with a checksum.
//
//   8 bytes   N, the header's size, little-endian
//   N bytes   JSON, padded with spaces to a multiple of 8:
//             {"__metadata__": {text: text, …},
//              "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, …}
//   the rest  the tensors' bytes, C order, one after the other without a hole
//
// As the reference implementation (https://github.com/huggingface/safetensors) does, tensors stand
// in order of falling dtype, then of name, so that each is aligned to its element; the same tensors
// and metadata give the same bytes.
//
// The checksum is a metadata entry of ours, "checksum": "xxh3_64:<16 hexadecimal digits>". It is
// XXH3 over, each text after its length as 8 little-endian bytes: key and value of every other
// metadata entry in the order of keys; then in the order of names every tensor's name, dtype,
// number of dimensions and dimensions (8 bytes each), and its bytes. So it says nothing of the
// file's layout, and holds when another program loads the file and saves it unchanged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ag {

// The element types, named as the format does, in its order, by which tensors stand in a file.
enum class Dtype : std::uint8_t {
  kBool,
  kU8,
  kI8,
  kI16,
  kU16,
  kF16,
  kBF16,
  kI32,
  kU32,
  kF32,
  kF64,
  kI64,
  kU64,
};

std::string_view dtype_name(Dtype dtype);  // "F32"
std::size_t dtype_bytes(Dtype dtype);      // of one element
std::optional<Dtype> dtype_named(std::string_view name);

// A tensor's bytes, owned by somebody else.
struct TensorBytes {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<std::int64_t> shape;   // empty for a scalar
  std::span<const std::byte> bytes;  // C order, packed
};

using Metadata = std::map<std::string, std::string>;

// Writes `tensors` and `metadata` with its checksum as the whole of `path`. Throws Error when the
// file can't be written, a name is used twice or reserved ("__metadata__", and "checksum" in the
// metadata), or the bytes don't fit a shape.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorBytes> tensors,
                       const Metadata& metadata);

// What to ask of a file that carries no checksum, as other programs' files do. A checksum that is
// there is always checked.
enum class Checksum { kIfPresent, kRequired };

// A whole file in memory. Immutable, so any thread may read it.
class Safetensors {
 public:
  // Throws Error that names the file and the fault when it isn't there, isn't of this format, is
  // cut, or doesn't match its checksum. Whatever the file holds, nothing beyond its own size is
  // allocated or read.
  static Safetensors read(const std::filesystem::path& path,
                          Checksum checksum = Checksum::kIfPresent);

  // In the order of their bytes. The spans live as long as this object.
  const std::vector<TensorBytes>& tensors() const { return tensors_; }
  // The tensor of that name, or null.
  const TensorBytes* find(std::string_view name) const;
  // Every entry, the checksum too.
  const Metadata& metadata() const { return metadata_; }

 private:
  Safetensors() = default;

  std::unique_ptr<std::byte[]> data_;
  std::vector<TensorBytes> tensors_;
  Metadata metadata_;
};

}  // namespace ag
