// What a pickle may name and call, and what this reader makes of it: descriptions.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/core/error.h"
#include "framework/nn/weights/unpickler.h"

namespace ag::weights {
namespace {

constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kSize = "torch.Size";
constexpr std::string_view kDevice = "torch.device";
constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor";
constexpr std::string_view kRebuildTensorV2 = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
constexpr std::string_view kRebuildParameterWithState =
    "torch._utils._rebuild_parameter_with_state";

constexpr std::array kCallable = {kOrderedDict,
                                  kSize,
                                  kDevice,
                                  kRebuildTensor,
                                  kRebuildTensorV2,
                                  kRebuildParameter,
                                  kRebuildParameterWithState};

constexpr std::string_view kTorch = "torch.";
constexpr std::array<std::string_view, 9> kStorages = {
    "FloatStorage", "DoubleStorage", "HalfStorage", "BFloat16Storage", "LongStorage",
    "IntStorage",   "ShortStorage",  "CharStorage", "ByteStorage"};
constexpr std::string_view kBoolStorage = "BoolStorage";
constexpr std::array<std::string_view, 10> kElementTypes = {
    "float32", "float64", "float16", "bfloat16", "int64",
    "int32",   "int16",   "int8",    "uint8",    "bool"};

// torch.FloatStorage, torch.float32, torch.storage.FloatStorage, …
std::string_view torch_word(std::string_view name) {
  if (!name.starts_with(kTorch)) return {};
  name.remove_prefix(kTorch.size());
  constexpr std::string_view kModule = "storage.";
  if (name.starts_with(kModule)) name.remove_prefix(kModule.size());
  return name;
}

bool is_storage(std::string_view name) {
  const std::string_view word = torch_word(name);
  return word == kBoolStorage || std::ranges::find(kStorages, word) != kStorages.end();
}

bool is_known(std::string_view name) {
  if (std::ranges::find(kCallable, name) != kCallable.end() || is_storage(name)) return true;
  return std::ranges::find(kElementTypes, torch_word(name)) != kElementTypes.end();
}

}  // namespace

void Unpickler::push_global(const std::string& name) {
  if (!is_known(name)) refuse_name(name);
  push({.kind = Kind::kGlobal, .text = name});
}

void Unpickler::refuse_name(const std::string& name) const {
  constexpr std::size_t kLongestShown = 100;
  std::string shown = name.substr(0, kLongestShown);
  for (char& letter : shown) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < ' ' || code == 0x7f) letter = '?';
  }
  throw Error(where_,
              fmt::format("its pickle asks for '{}', which no state dict needs: nothing of it was "
                          "run",
                          shown),
              "save the weights alone: torch.save(model.state_dict(), …)");
}

void Unpickler::call() {
  const std::vector<PickleRef> arguments = sequence(pop());
  const PickleRef function = pop();
  if (at(function).kind != Kind::kGlobal) broken("calls something that isn't a function");
  const std::string name = at(function).text;
  if (name == kOrderedDict) return push(make_dictionary(arguments));
  if (name == kRebuildTensor || name == kRebuildTensorV2) return push(make_tensor(arguments));
  if (name == kDevice) return push({.kind = Kind::kNone});
  const bool passes_on =
      name == kSize || name == kRebuildParameter || name == kRebuildParameterWithState;
  if (!passes_on || arguments.empty()) refuse_name(name + "()");
  push(arguments.front());
}

PickleRef Unpickler::make_dictionary(const std::vector<PickleRef>& arguments) {
  PickleObject dictionary{.kind = Kind::kDictionary};
  if (!arguments.empty()) {  // Python 2 gives the pairs at once
    for (const PickleRef pair : sequence(arguments.front())) {
      const std::vector<PickleRef>& key_and_value = sequence(pair);
      if (key_and_value.size() != 2) broken("makes a dictionary of no pairs");
      dictionary.items.insert(dictionary.items.end(), key_and_value.begin(), key_and_value.end());
    }
  }
  return make(std::move(dictionary));
}

// (storage, offset, sizes, strides, ...)
PickleRef Unpickler::make_tensor(const std::vector<PickleRef>& arguments) {
  constexpr std::size_t kNeeded = 4;
  if (arguments.size() < kNeeded || at(arguments[0]).kind != Kind::kStorage) {
    broken("makes a tensor of no storage");
  }
  PickledTensor tensor;
  tensor.storage = static_cast<std::size_t>(at(arguments[0]).number);
  tensor.offset = number(arguments[1]);
  tensor.sizes = numbers(arguments[2]);
  tensor.strides = numbers(arguments[3]);
  pickle_.tensors_.push_back(std::move(tensor));
  return make(
      {.kind = Kind::kTensor, .number = static_cast<std::int64_t>(pickle_.tensors_.size() - 1)});
}

// A state dict carries its modules' versions as an attribute, which says nothing about weights.
void Unpickler::set_state() {
  pop();
  if (at(top()).kind != Kind::kDictionary) broken("sets the state of something");
}

// ("storage", type, key, device, elements[, view])
void Unpickler::push_storage() {
  const std::vector<PickleRef> parts = sequence(pop());
  constexpr std::size_t kNeeded = 5;
  const bool storage = parts.size() >= kNeeded && at(parts[0]).text == "storage" &&
                       at(parts[1]).kind == Kind::kGlobal && is_storage(at(parts[1]).text) &&
                       at(parts[2]).kind == Kind::kText;
  constexpr std::size_t kLongestKey = 256;
  if (!storage || at(parts[2]).text.size() > kLongestKey)
    broken("refers to something that isn't a storage");
  if (parts.size() > kNeeded && at(parts[kNeeded]).kind != Kind::kNone) {
    broken("has a view of a storage, as torch before 0.4 wrote it,");
  }
  pickle_.storages_.push_back(
      {std::string(torch_word(at(parts[1]).text)), at(parts[2]).text, number(parts[4])});
  push({.kind = Kind::kStorage, .number = static_cast<std::int64_t>(pickle_.storages_.size() - 1)});
}

}  // namespace ag::weights
