#include "framework/nn/weights/torch_file.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <optional>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/nn/weights/damage.h"
#include "framework/nn/weights/pickle.h"

namespace ag::weights {
namespace fs = std::filesystem;
namespace {

using Kind = PickleObject::Kind;

constexpr std::string_view kPickleMember = "data.pkl";
constexpr int kDeepestNest = 4;
constexpr std::int64_t kStreamProtocol = 1001;
// 0x1950a86a20f9469cfc6c, as a pickle has it.
constexpr std::string_view kStreamMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);

// Where training scripts keep the weights: the averaged ones first, as timm prefers.
constexpr std::array kNests = {"state_dict_ema", "model_ema", "state_dict", "model"};

at::ScalarType element_type(const std::string& storage) {
  if (storage == "DoubleStorage") return at::kDouble;
  if (storage == "HalfStorage") return at::kHalf;
  if (storage == "BFloat16Storage") return at::kBFloat16;
  if (storage == "LongStorage") return at::kLong;
  if (storage == "IntStorage") return at::kInt;
  if (storage == "ShortStorage") return at::kShort;
  if (storage == "CharStorage") return at::kChar;
  if (storage == "ByteStorage") return at::kByte;
  if (storage == "BoolStorage") return at::kBool;
  return at::kFloat;
}

// Storages as tensors of one dimension, read when first asked for.
using StorageReader = std::function<at::Tensor(const PickledStorage&)>;

at::Tensor storage_of(const PickledStorage& storage, std::string_view bytes, const fs::path& path) {
  const at::ScalarType type = element_type(storage.type);
  const std::uint64_t held = bytes.size() / at::elementSize(type);
  if (storage.elements < 0 || static_cast<std::uint64_t>(storage.elements) > held) {
    throw Error(path,
                fmt::format("storage {} should have {} elements, but {} are there", storage.key,
                            storage.elements, held),
                kMendDamage);
  }
  at::Tensor tensor = at::empty({storage.elements}, type);
  std::memcpy(tensor.mutable_data_ptr(), bytes.data(), tensor.nbytes());
  return tensor;
}

// Whether every element lies within a storage of that many, and no two are the same one more often
// than the storage has any.
bool lies_within(const PickledTensor& tensor, std::int64_t elements) {
  if (tensor.sizes.size() != tensor.strides.size() || tensor.offset < 0) return false;
  std::int64_t last = tensor.offset;
  std::int64_t count = 1;
  for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
    std::int64_t reach = 0;
    const bool sane = tensor.sizes[i] >= 0 && tensor.strides[i] >= 0 &&
                      !__builtin_mul_overflow(count, tensor.sizes[i], &count) &&
                      !__builtin_mul_overflow(std::max<std::int64_t>(tensor.sizes[i] - 1, 0),
                                              tensor.strides[i], &reach) &&
                      !__builtin_add_overflow(last, reach, &last);
    if (!sane) return false;
  }
  return count == 0 || (last < elements && count <= elements);
}

class StateDictMaker {
 public:
  StateDictMaker(const Pickle& pickle, const fs::path& path, StorageReader reader)
      : pickle_(pickle), path_(path), reader_(std::move(reader)) {}

  void add_all(const PickleObject& dictionary, StateDict& weights) {
    for (std::size_t i = 0; i + 1 < dictionary.items.size(); i += 2) {
      const PickleObject& name = pickle_.object(dictionary.items[i]);
      const PickleObject& value = pickle_.object(dictionary.items[i + 1]);
      if (name.kind != Kind::kText || value.kind != Kind::kTensor) continue;
      weights.add(name.text, tensor_of(name.text, value));
    }
  }

 private:
  at::Tensor tensor_of(const std::string& name, const PickleObject& object) {
    const PickledTensor& tensor = pickle_.tensors()[static_cast<std::size_t>(object.number)];
    const PickledStorage& storage = pickle_.storages()[tensor.storage];
    const at::Tensor bytes = bytes_of(storage);
    if (!lies_within(tensor, bytes.numel())) {
      throw Error(path_,
                  fmt::format("the tensor '{}' doesn't lie within its storage of {} elements", name,
                              bytes.numel()),
                  kMendDamage);
    }
    const at::Tensor view = bytes.as_strided(tensor.sizes, tensor.strides, tensor.offset);
    // Tensors may share a storage, but many that do would become much more than the file.
    constexpr std::uint64_t kMostShared = 4;
    made_ += view.nbytes();
    if (made_ > kMostShared * stored_) {
      throw Error(path_, "its tensors are much more than it holds", kMendDamage);
    }
    return view.clone(at::MemoryFormat::Contiguous);
  }

  const at::Tensor& bytes_of(const PickledStorage& storage) {
    auto found = read_.find(storage.key);
    if (found == read_.end()) {
      found = read_.emplace(storage.key, reader_(storage)).first;
      stored_ += found->second.nbytes();
    }
    if (found->second.scalar_type() != element_type(storage.type) ||
        found->second.numel() != storage.elements) {
      throw Error(path_, fmt::format("storage {} is said to be two things", storage.key),
                  kMendDamage);
    }
    return found->second;
  }

  const Pickle& pickle_;
  const fs::path& path_;
  StorageReader reader_;
  std::map<std::string, at::Tensor> read_;
  std::uint64_t stored_ = 0;  // bytes of the storages read
  std::uint64_t made_ = 0;    // bytes of the tensors made of them
};

bool has_tensors(const Pickle& pickle, const PickleObject& dictionary) {
  for (std::size_t i = 1; i < dictionary.items.size(); i += 2) {
    if (pickle.object(dictionary.items[i]).kind == Kind::kTensor) return true;
  }
  return false;
}

std::string first_keys(const Pickle& pickle, const PickleObject& dictionary) {
  constexpr std::size_t kShown = 5;
  std::string keys;
  for (std::size_t i = 0; i < std::min(dictionary.items.size(), 2 * kShown); i += 2) {
    const PickleObject& key = pickle.object(dictionary.items[i]);
    if (key.kind == Kind::kText) keys += fmt::format("{}{}", keys.empty() ? "" : ", ", key.text);
  }
  return keys;
}

// The dictionary of tensors, and the keys that lead to it.
struct Found {
  const PickleObject* dictionary = nullptr;
  std::string nest;
};

Found find_state_dict(const Pickle& pickle, const fs::path& path) {
  Found found{&pickle.root(), ""};
  for (int depth = 0; depth < kDeepestNest; ++depth) {
    if (found.dictionary->kind != Kind::kDictionary) break;
    if (has_tensors(pickle, *found.dictionary)) return found;
    const PickleObject* inner = nullptr;
    for (const char* nest : kNests) {
      const PickleObject* value = pickle.find(*found.dictionary, nest);
      if (inner != nullptr || value == nullptr || value->kind != Kind::kDictionary) continue;
      inner = value;
      found.nest = found.nest.empty() ? nest : fmt::format("{}.{}", found.nest, nest);
    }
    if (inner == nullptr) break;
    found.dictionary = inner;
  }
  const std::string keys = first_keys(pickle, *found.dictionary);
  throw Error(path,
              keys.empty() ? "holds no state dict" : "holds no state dict; its keys are " + keys,
              "save the weights alone: torch.save(model.state_dict(), …)");
}

StateDict read_pickled(const Pickle& pickle, const fs::path& path, const StorageReader& reader) {
  const Found found = find_state_dict(pickle, path);
  StateDict weights;
  weights.format =
      found.nest.empty() ? "torch state dict" : fmt::format("torch state dict in '{}'", found.nest);
  StateDictMaker(pickle, path, reader).add_all(*found.dictionary, weights);
  return weights;
}

// "model/data.pkl" -> "model/"; nothing where there is no such member.
std::optional<std::string> record_folder_of(const ZipArchive& archive) {
  for (const std::string& name : archive.names()) {
    if (!name.ends_with(kPickleMember)) continue;
    const std::string folder = name.substr(0, name.size() - kPickleMember.size());
    if (folder.empty() || folder.ends_with('/')) return folder;
  }
  return std::nullopt;
}

std::string_view view(const std::vector<char>& bytes) {
  return {bytes.data(), bytes.size()};
}

// The five pickles of a stream, and what follows them.
class Stream {
 public:
  Stream(const fs::path& path, std::string_view bytes) : path_(path), rest_(bytes) {
    const Pickle magic = next();
    if (magic.root().text != kStreamMagic) {
      throw Error(path, "is a pickle, but not one of torch.save",
                  "save the weights by torch.save(model.state_dict(), …)");
    }
    const Pickle protocol = next();
    const Pickle system = next();
    const PickleObject* little = system.find(system.root(), "little_endian");
    if (protocol.root().number != kStreamProtocol || little == nullptr || little->number != 1) {
      throw Error(path, "was written by a torch.save that is not known here");
    }
  }

  Pickle next() {
    Pickle pickle = Pickle::read(rest_, path_);
    rest_.remove_prefix(pickle.bytes());
    return pickle;
  }

  // A storage's bytes, with what is behind them left for the next.
  std::string_view next_storage(const PickledStorage& storage) {
    std::int64_t elements = 0;
    const std::size_t width = at::elementSize(element_type(storage.type));
    if (rest_.size() < sizeof(elements)) cut();
    std::memcpy(&elements, rest_.data(), sizeof(elements));
    rest_.remove_prefix(sizeof(elements));
    if (elements != storage.elements || elements < 0 ||
        static_cast<std::uint64_t>(elements) > rest_.size() / width) {
      cut();
    }
    const std::string_view bytes = rest_.substr(0, static_cast<std::size_t>(elements) * width);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

 private:
  [[noreturn]] void cut() const {
    throw Error(path_, "is cut, or its tensors' sizes are damaged", kMendDamage);
  }

  const fs::path& path_;
  std::string_view rest_;
};

}  // namespace

bool is_torch_archive(const ZipArchive& archive) {
  return record_folder_of(archive).has_value();
}

StateDict read_torch_archive(const ZipArchive& archive) {
  const std::string folder = *record_folder_of(archive);
  const std::string byteorder = folder + "byteorder";
  if (archive.contains(byteorder) && view(archive.read(byteorder)) != "little") {
    throw Error(archive.path(), "was written by a big-endian machine",
                "load it and save it again on a PC");
  }
  const std::vector<char> bytes = archive.read(folder + std::string(kPickleMember));
  const Pickle pickle = Pickle::read(view(bytes), archive.path());
  return read_pickled(pickle, archive.path(), [&](const PickledStorage& storage) {
    return storage_of(storage, view(archive.read(folder + "data/" + storage.key)), archive.path());
  });
}

StateDict read_torch_stream(const fs::path& path) {
  const std::string bytes = read_file(path);
  Stream stream(path, bytes);
  const Pickle pickle = stream.next();
  const Pickle keys = stream.next();
  std::map<std::string, std::string_view> storages;
  for (const PickleRef ref : keys.root().items) {
    const std::string& key = keys.object(ref).text;
    const auto storage = std::ranges::find(pickle.storages(), key, &PickledStorage::key);
    if (storage == pickle.storages().end()) {
      throw Error(path, fmt::format("has a storage {} that no tensor refers to", key), kMendDamage);
    }
    storages[key] = stream.next_storage(*storage);
  }
  return read_pickled(pickle, path, [&](const PickledStorage& storage) {
    const auto found = storages.find(storage.key);
    if (found == storages.end()) {
      throw Error(path, fmt::format("has no storage {}", storage.key), kMendDamage);
    }
    return storage_of(storage, found->second, path);
  });
}

}  // namespace ag::weights
