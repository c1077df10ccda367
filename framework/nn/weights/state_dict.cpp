#include "framework/nn/weights/state_dict.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/xxh3.h"
#include "framework/nn/weights/keras_file.h"
#include "framework/nn/weights/safetensors_file.h"
#include "framework/nn/weights/torch_file.h"
#include "framework/nn/weights/zip_archive.h"

namespace ag::weights {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kHdf5Signature("\x89HDF\r\n\x1a\n", 8);
constexpr std::string_view kZipSignature("PK\x03\x04", 4);
constexpr std::string_view kPickleSignature("\x80", 1);
constexpr std::size_t kSafetensorsBrace = 8;  // where its JSON begins
constexpr const char* kMend =
    "give a Keras .h5, .weights.h5 or .keras, a .safetensors, a torch state dict "
    "or a checkpoint of agtrain";

std::string first_bytes(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw Error(path, "is a folder, not a weights file", kMend);
  std::ifstream in(path, std::ios::binary);
  if (!in) throw system_error("read the weights", path);
  std::array<char, 16> bytes{};
  in.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(in.gcount())};
}

StateDict read_zip(const fs::path& path) {
  const ZipArchive archive(path);
  if (is_torch_archive(archive)) return read_torch_archive(archive);
  if (is_keras_archive(archive)) return read_keras_archive(archive);
  throw Error(path,
              fmt::format("is a zip file with {}, neither Keras's nor torch's",
                          archive.names().empty() ? "nothing" : archive.names().front()),
              kMend);
}

}  // namespace

void StateDict::add(const std::string& name, at::Tensor tensor) {
  std::string unique = name;
  for (int number = 2; !index_.emplace(unique, entries_.size()).second; ++number) {
    unique = fmt::format("{}, {}", name, number);
  }
  entries_.push_back({std::move(unique), std::move(tensor)});
}

const StateDict::Entry* StateDict::find_entry(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &entries_[found->second];
}

const at::Tensor* StateDict::find(std::string_view name) const {
  const Entry* entry = find_entry(name);
  return entry == nullptr ? nullptr : &entry->tensor;
}

StateDict read_weights(const fs::path& path) {
  const std::string begin = first_bytes(path);
  if (begin.starts_with(kHdf5Signature)) return read_keras_file(path);
  if (begin.starts_with(kZipSignature)) return read_zip(path);
  if (begin.size() > kSafetensorsBrace && begin[kSafetensorsBrace] == '{') {
    return read_safetensors_file(path);
  }
  if (begin.starts_with(kPickleSignature)) return read_torch_stream(path);
  throw Error(path, begin.empty() ? "is empty" : "is of no format known here", kMend);
}

std::string file_checksum(const fs::path& path) {
  return "xxh3_64:" + hex(xxh3(read_file(path)));
}

}  // namespace ag::weights
