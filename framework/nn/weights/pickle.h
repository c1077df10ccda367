// Python's pickles, read without running them.
//
// A pickle is a program for a small stack machine that may call anything. This reader knows the
// operations that make plain values (numbers, texts, tuples, lists, dictionaries) and the few calls
// of which torch.save makes tensors: collections.OrderedDict, torch._utils._rebuild_tensor,
// _rebuild_tensor_v2, _rebuild_parameter, _rebuild_parameter_with_state, torch.Size, torch.device,
// and the names of torch's storages and element types. It makes descriptions of them and calls
// nothing; whatever else a file asks for is refused by its name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ag::weights {

// Objects lie in one array and speak of each other by their place in it, so that neither a cycle
// nor a deep nest does harm.
using PickleRef = std::uint32_t;

struct PickleObject {
  enum class Kind : std::uint8_t {
    kNone,
    kNumber,  // whole numbers of up to 64 bits and booleans
    kText,    // texts, bytes, longer whole numbers as their bytes; floating point has none of it
    kFloat,
    kSequence,    // tuples and lists
    kDictionary,  // items are key, value, key, value, ...
    kGlobal,      // something by name: text is "torch.FloatStorage"
    kStorage,     // number is its place in storages()
    kTensor,      // number is its place in tensors()
  };
  Kind kind = Kind::kNone;
  std::int64_t number = 0;
  std::string text;
  std::vector<PickleRef> items;
};

// The bytes of one or several tensors, which lie elsewhere in the file.
struct PickledStorage {
  std::string type;  // "FloatStorage"
  std::string key;   // where the bytes are
  std::int64_t elements = 0;
};

// As the file says, unchecked.
struct PickledTensor {
  std::size_t storage = 0;
  std::int64_t offset = 0;  // in elements
  std::vector<std::int64_t> sizes, strides;
};

class Pickle {
 public:
  // Reads the pickle that `bytes` begins with; more may follow it. `where` is for messages. Throws
  // Error: cut, broken, too large, or asking for what is not known here.
  static Pickle read(std::string_view bytes, const std::string& where);

  const PickleObject& root() const { return objects_[root_]; }
  const PickleObject& object(PickleRef ref) const { return objects_[ref]; }
  // The value of a text key, the last where it is there several times; null where it isn't.
  const PickleObject* find(const PickleObject& dictionary, std::string_view key) const;

  const std::vector<PickledStorage>& storages() const { return storages_; }
  const std::vector<PickledTensor>& tensors() const { return tensors_; }
  std::size_t bytes() const { return bytes_; }  // that the pickle took

 private:
  friend class Unpickler;
  Pickle() = default;

  std::vector<PickleObject> objects_;
  std::vector<PickledStorage> storages_;
  std::vector<PickledTensor> tensors_;
  PickleRef root_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace ag::weights
