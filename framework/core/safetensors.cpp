#include "framework/core/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/safetensors_header.h"
#include "framework/core/xxh3.h"

namespace ag {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr const char* kChecksumKey = "checksum";
constexpr std::string_view kChecksumPrefix = "xxh3_64:";
// The reference implementation's limit: a longer header is an attack, not a network.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kLengthBytes = sizeof(std::uint64_t);
constexpr std::size_t kAlignment = 8;
constexpr const char* kMendDamage = "take an earlier file or another copy of it";

// As safetensors.h describes the checksum.
class Hash {
 public:
  void add(std::span<const std::byte> bytes) { hash_.add(bytes); }
  void add(std::uint64_t number) { add(std::as_bytes(std::span(&number, 1))); }
  void add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    add(std::as_bytes(std::span(text)));
  }
  std::string text() const { return fmt::format("{}{}", kChecksumPrefix, hex(hash_.value())); }

 private:
  Xxh3 hash_;
};

std::string checksum_of(std::span<const TensorBytes> tensors, const Metadata& metadata) {
  Hash hash;
  for (const auto& [key, value] : metadata) {
    if (key == kChecksumKey) continue;
    hash.add(key);
    hash.add(value);
  }
  std::vector<const TensorBytes*> by_name;
  for (const TensorBytes& tensor : tensors) by_name.push_back(&tensor);
  std::ranges::sort(by_name, {}, &TensorBytes::name);
  for (const TensorBytes* tensor : by_name) {
    hash.add(tensor->name);
    hash.add(dtype_name(tensor->dtype));
    hash.add(static_cast<std::uint64_t>(tensor->shape.size()));
    for (const std::int64_t size : tensor->shape) hash.add(static_cast<std::uint64_t>(size));
    hash.add(tensor->bytes);
  }
  return hash.text();
}

// The order of the reference implementation.
std::vector<TensorBytes> in_file_order(std::span<const TensorBytes> tensors) {
  std::vector<TensorBytes> sorted(tensors.begin(), tensors.end());
  std::ranges::sort(sorted, [](const TensorBytes& a, const TensorBytes& b) {
    return a.dtype != b.dtype ? a.dtype > b.dtype : a.name < b.name;
  });
  return sorted;
}

void check_before_writing(const fs::path& path, std::span<const TensorBytes> tensors,
                          const Metadata& metadata) {
  if (metadata.contains(kChecksumKey)) {
    throw Error(path, fmt::format("the metadata key '{}' is the file's own", kChecksumKey));
  }
  std::set<std::string_view> names;
  for (const TensorBytes& tensor : tensors) {
    if (tensor.name == kMetadataKey) {
      throw Error(path, fmt::format("no tensor may be called '{}'", kMetadataKey));
    }
    if (!names.insert(tensor.name).second) {
      throw Error(path, fmt::format("two tensors are called {}", in_quotes(tensor.name)));
    }
    if (packed_bytes(tensor.dtype, tensor.shape) != tensor.bytes.size()) {
      throw Error(path, fmt::format("{} has {} bytes, which its shape and type don't",
                                    in_quotes(tensor.name), tensor.bytes.size()));
    }
  }
}

// `tensors` in the order of the file.
std::string header_of(const fs::path& path, std::span<const TensorBytes> tensors,
                      const Metadata& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  header[std::string(kMetadataKey)] = metadata;
  std::uint64_t begin = 0;
  for (const TensorBytes& tensor : tensors) {
    const std::uint64_t end = begin + tensor.bytes.size();
    nlohmann::ordered_json& entry = header[tensor.name];
    entry["dtype"] = dtype_name(tensor.dtype);
    entry["shape"] = tensor.shape;
    entry["data_offsets"] = {begin, end};
    begin = end;
  }
  try {
    std::string text = header.dump();
    text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
    return text;
  } catch (const nlohmann::json::type_error&) {
    throw Error(path, "a tensor's name or a metadata entry isn't UTF-8");
  }
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A file that is read front to back, and knows how much of it is left.
class Source {
 public:
  explicit Source(const fs::path& path) : path_(path) {
    std::error_code ignored;
    if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
      throw Error(path, "isn't a file", "give the path of a safetensors file");
    }
    in_.open(path, std::ios::binary | std::ios::ate);
    if (!in_) throw system_error("read", path);
    left_ = static_cast<std::uint64_t>(in_.tellg());
    in_.seekg(0);
  }

  std::uint64_t left() const { return left_; }

  void read(char* to, std::uint64_t bytes) {
    in_.read(to, static_cast<std::streamsize>(bytes));
    if (static_cast<std::uint64_t>(in_.gcount()) != bytes) {
      throw Error(path_, "can't be read to its end", kMendDamage);
    }
    left_ -= bytes;
  }

 private:
  const fs::path& path_;
  std::ifstream in_;
  std::uint64_t left_ = 0;
};

std::string read_header(const fs::path& path, Source& source) {
  const char* const mend = "give a file in the safetensors format";
  if (source.left() < kLengthBytes) {
    throw Error(path, fmt::format("{} bytes are too few for a safetensors file", source.left()),
                mend);
  }
  std::array<char, kLengthBytes> raw{};
  source.read(raw.data(), raw.size());
  const auto length = std::bit_cast<std::uint64_t>(raw);
  if (length > kMaxHeaderBytes) {
    throw Error(path, fmt::format("says that its header has {} bytes: no safetensors file", length),
                mend);
  }
  if (length > source.left()) {
    throw Error(path,
                fmt::format("is cut: {} of its header's {} bytes are there", source.left(), length),
                kMendDamage);
  }
  std::string header(length, '\0');
  source.read(header.data(), length);
  return header;
}

// Tensors must cover the `bytes` after the header, without a hole and without meeting twice.
void check_cover(const fs::path& path, std::span<const StoredTensor> tensors, std::uint64_t bytes) {
  std::uint64_t covered = 0;
  for (const StoredTensor& tensor : tensors) {
    if (tensor.begin != covered) {
      throw Error(path,
                  fmt::format("{} begins at byte {}, but the tensor before it ends at {}",
                              in_quotes(tensor.name), tensor.begin, covered),
                  kMendDamage);
    }
    covered = tensor.end;
  }
  if (covered > bytes) {
    throw Error(path, fmt::format("is cut: {} of its tensors' {} bytes are there", bytes, covered),
                kMendDamage);
  }
  if (covered < bytes) {
    throw Error(path, fmt::format("{} bytes after its last tensor belong to none", bytes - covered),
                kMendDamage);
  }
}

void check_checksum(const fs::path& path, std::span<const TensorBytes> tensors,
                    const Metadata& metadata, Checksum wanted) {
  const auto stored = metadata.find(kChecksumKey);
  // Another program may use the key for a sum of its own.
  if (stored == metadata.end() || !stored->second.starts_with(kChecksumPrefix)) {
    if (wanted == Checksum::kIfPresent) return;
    throw Error(path, "carries no checksum of ours", kMendDamage);
  }
  if (checksum_of(tensors, metadata) != stored->second) {
    throw Error(path, "doesn't match its checksum: its content was changed or damaged",
                kMendDamage);
  }
}

}  // namespace

void write_safetensors(const fs::path& path, std::span<const TensorBytes> tensors,
                       const Metadata& metadata) {
  check_before_writing(path, tensors, metadata);
  const std::vector<TensorBytes> sorted = in_file_order(tensors);
  Metadata entries = metadata;
  entries[kChecksumKey] = checksum_of(sorted, metadata);
  const std::string header = header_of(path, sorted, entries);
  const std::uint64_t length = header.size();
  std::vector<std::string_view> parts = {as_text(std::as_bytes(std::span(&length, 1))), header};
  for (const TensorBytes& tensor : sorted) parts.push_back(as_text(tensor.bytes));
  write_file_atomically(path, parts);
}

Safetensors Safetensors::read(const fs::path& path, Checksum checksum) {
  Source source(path);
  SafetensorsHeader header = parse_safetensors_header(read_header(path, source), path);
  std::ranges::sort(header.tensors, [](const StoredTensor& a, const StoredTensor& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  const std::uint64_t bytes = source.left();
  check_cover(path, header.tensors, bytes);

  Safetensors file;
  file.data_ = std::make_unique_for_overwrite<std::byte[]>(bytes);
  source.read(reinterpret_cast<char*>(file.data_.get()), bytes);
  file.metadata_ = std::move(header.metadata);
  for (StoredTensor& tensor : header.tensors) {
    file.tensors_.push_back({std::move(tensor.name),
                             tensor.dtype,
                             std::move(tensor.shape),
                             {file.data_.get() + tensor.begin, tensor.end - tensor.begin}});
  }
  check_checksum(path, file.tensors_, file.metadata_, checksum);
  return file;
}

const TensorBytes* Safetensors::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors_, name, &TensorBytes::name);
  return found == tensors_.end() ? nullptr : &*found;
}

}  // namespace ag
