#include "framework/nn/weights/hdf5_values.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cstring>

namespace ag::weights {
namespace {

constexpr std::uint64_t kMostDimensions = 8;
constexpr std::uint64_t kMostTexts = 100'000;

struct Space {
  std::vector<std::int64_t> shape;
  std::uint64_t elements = 1;  // 0 for a space of nothing
};

// version, dimensions, flags, then (1) reserved (5) or (2) kind, then the sizes
Space parse_space(const Hdf5Bytes& file, std::string_view data) {
  Hdf5Cursor rest(file, data);
  const std::uint64_t version = rest.number(1);
  const std::uint64_t dimensions = rest.number(1);
  rest.skip(1);
  constexpr std::uint64_t kNull = 2;
  Space space;
  if (version == 1) {
    rest.skip(5);
  } else if (version != 2) {
    file.damaged("a shape isn't one");
  } else if (rest.number(1) == kNull) {
    space.elements = 0;
    return space;
  }
  if (dimensions > kMostDimensions) file.damaged("an array has too many dimensions");
  for (std::uint64_t i = 0; i < dimensions; ++i) {
    const std::uint64_t size = rest.number(8);
    if (size > INT64_MAX || __builtin_mul_overflow(space.elements, size, &space.elements)) {
      file.damaged("an array is larger than any memory");
    }
    space.shape.push_back(static_cast<std::int64_t>(size));
  }
  return space;
}

struct StoredType {
  enum Class : std::uint64_t { kInteger = 0, kFloat = 1, kText = 3, kVariable = 9 };
  std::uint64_t type = 0;
  std::uint64_t flags = 0;  // the class's own
  std::uint64_t bytes = 0;  // of an element

  bool is_variable_text() const { return type == kVariable && (flags & 0xfU) == 1; }
  // Little-endian, as all that wrote weights since.
  bool is_number() const { return (type == kInteger || type == kFloat) && (flags & 0x41U) == 0; }
};

// class (low) and version (high), flags (3), bytes (4), properties
StoredType parse_type(const Hdf5Bytes& file, std::string_view data) {
  Hdf5Cursor rest(file, data);
  StoredType type;
  type.type = rest.number(1) & 0xfU;
  type.flags = rest.number(3);
  type.bytes = rest.number(4);
  return type;
}

template <class Stored>
at::Tensor widened(std::string_view bytes, std::uint64_t elements) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(elements)}, at::kLong);
  auto* to = tensor.mutable_data_ptr<std::int64_t>();
  for (std::uint64_t i = 0; i < elements; ++i) {
    Stored value{};
    std::memcpy(&value, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    to[i] = static_cast<std::int64_t>(value);  // NOLINT(bugprone-signed-char-misuse): a number
  }
  return tensor;
}

at::Tensor copied(std::string_view bytes, std::uint64_t elements, at::ScalarType type) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(elements)}, type);
  if (elements > 0) std::memcpy(tensor.mutable_data_ptr(), bytes.data(), tensor.nbytes());
  return tensor;
}

// One dimension; an undefined tensor for a type without a counterpart.
at::Tensor numbers_of(const StoredType& type, std::string_view bytes, std::uint64_t elements) {
  if (!type.is_number()) return {};
  if (type.type == StoredType::kFloat) {
    if (type.bytes == 2) return copied(bytes, elements, at::kHalf);
    if (type.bytes == 4) return copied(bytes, elements, at::kFloat);
    return type.bytes == 8 ? copied(bytes, elements, at::kDouble) : at::Tensor();
  }
  constexpr std::uint64_t kSigned = 8;
  const bool with_sign = (type.flags & kSigned) != 0;
  if (type.bytes == 1) {
    return with_sign ? widened<std::int8_t>(bytes, elements)
                     : widened<std::uint8_t>(bytes, elements);
  }
  if (type.bytes == 4) {
    return with_sign ? widened<std::int32_t>(bytes, elements)
                     : widened<std::uint32_t>(bytes, elements);
  }
  return type.bytes == 8 ? widened<std::int64_t>(bytes, elements) : at::Tensor();
}

// version (3 or 4), class, then bytes (2) and data, or address and bytes
std::string_view stored_bytes(const Hdf5Bytes& file, const Hdf5Message& layout,
                              const std::string& name) {
  enum : std::uint64_t { kCompact = 0, kContiguous = 1, kChunked = 2 };
  Hdf5Cursor rest(file, layout.data);
  const std::uint64_t version = rest.number(1);
  if (version < 3 || version > 4) {
    file.unsupported(fmt::format("stores '{}' in a layout of version {}", name, version));
  }
  const std::uint64_t type = rest.number(1);
  if (type == kCompact) return rest.take(rest.number(2));
  if (type == kChunked) file.unsupported(fmt::format("stores '{}' in chunks", name));
  if (type != kContiguous) {
    file.unsupported(fmt::format("takes '{}' from other data sets", name));
  }
  const std::uint64_t address = rest.address();
  const std::uint64_t bytes = rest.number(8);
  return address == kNoAddress ? std::string_view() : file.at(address, bytes);
}

std::uint64_t padded(std::uint64_t bytes) {
  return (bytes + 7) / 8 * 8;
}

// "GCOL", version, reserved (3), bytes, then objects: number (2), uses (2), reserved (4), bytes,
// data
std::string_view heap_object(const Hdf5Bytes& file, std::uint64_t address, std::uint64_t number) {
  constexpr std::uint64_t kPrefixBytes = 16;
  Hdf5Cursor prefix(file, file.at(address, kPrefixBytes));
  if (prefix.take(4) != "GCOL") file.damaged("a text isn't where it should be");
  prefix.skip(4);
  const std::uint64_t bytes = prefix.number(8);
  if (bytes < kPrefixBytes) file.damaged("a text isn't where it should be");
  Hdf5Cursor rest(file, file.at(address + kPrefixBytes, bytes - kPrefixBytes));
  while (rest.left() >= kPrefixBytes) {
    const std::uint64_t own = rest.number(2);
    rest.skip(2 + 4);
    const std::uint64_t length = rest.number(8);
    if (own == 0) break;  // what is free
    if (length > rest.left()) file.damaged("a text is longer than its place");
    const std::string_view data = rest.take(length);
    if (own == number) return data;
    rest.skip(std::min(padded(length) - length, rest.left()));
  }
  file.damaged("a text isn't where it should be");
}

std::string until_zero(std::string_view text) {
  return std::string(text.substr(0, text.find('\0')));
}

}  // namespace

at::Tensor hdf5_tensor(const Hdf5Bytes& file, const Hdf5Object& dataset, const std::string& name) {
  const Hdf5Message* space_message = dataset.find(Hdf5Message::kDataspace);
  const Hdf5Message* type_message = dataset.find(Hdf5Message::kDatatype);
  const Hdf5Message* layout = dataset.find(Hdf5Message::kLayout);
  if (space_message == nullptr || type_message == nullptr || layout == nullptr) {
    file.damaged(fmt::format("'{}' is no data set", name));
  }
  if (dataset.find(Hdf5Message::kExternalFiles) != nullptr) {
    file.unsupported(fmt::format("keeps '{}' in another file", name));
  }
  if (dataset.find(Hdf5Message::kFilters) != nullptr) {
    file.unsupported(fmt::format("stores '{}' compressed", name));
  }
  const Space space = parse_space(file, space_message->data);
  const StoredType type = parse_type(file, type_message->data);
  if (!numbers_of(type, {}, 0).defined()) {
    file.unsupported(fmt::format("'{}' is no array of numbers that weights have", name));
  }
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(space.elements, type.bytes, &bytes)) {
    file.damaged(fmt::format("'{}' is larger than any memory", name));
  }
  const std::string_view stored = stored_bytes(file, *layout, name);
  if (bytes > stored.size()) {
    file.damaged(
        fmt::format("'{}' should have {} bytes, but {} are stored", name, bytes, stored.size()));
  }
  return numbers_of(type, stored, space.elements).view(space.shape);
}

// version, flags, sizes of name, type and space (2 each), (3) character set, then these and the
// data; in version 1 each takes a multiple of 8 bytes
std::vector<Hdf5Attribute> hdf5_attributes(const Hdf5Bytes& file, const Hdf5Object& object) {
  std::vector<Hdf5Attribute> attributes;
  if (const Hdf5Message* info = object.find(Hdf5Message::kAttributeInfo)) {
    Hdf5Cursor rest(file, info->data);
    rest.skip(1);
    if ((rest.number(1) & 1U) != 0) rest.skip(2);
    if (rest.address() != kNoAddress) file.unsupported("has attributes in HDF5's latest format");
  }
  for (const Hdf5Message& message : object.messages()) {
    if (message.type != Hdf5Message::kAttribute || message.shared) continue;
    Hdf5Cursor rest(file, message.data);
    const std::uint64_t version = rest.number(1);
    const std::uint64_t flags = rest.number(1);
    const std::uint64_t name_bytes = rest.number(2);
    const std::uint64_t type_bytes = rest.number(2);
    const std::uint64_t space_bytes = rest.number(2);
    if (version < 1 || version > 3) file.damaged("an attribute isn't one");
    if (version > 1 && flags != 0) file.unsupported("shares types between its attributes");
    if (version == 3) rest.skip(1);
    const auto take = [&](std::uint64_t bytes) {
      const std::string_view taken = rest.take(version == 1 ? padded(bytes) : bytes);
      return taken.substr(0, bytes);
    };
    Hdf5Attribute attribute;
    attribute.name = until_zero(take(name_bytes));
    attribute.type = take(type_bytes);
    attribute.space = take(space_bytes);
    attribute.data = rest.take(rest.left());
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

std::vector<std::string> hdf5_texts(const Hdf5Bytes& file, const Hdf5Attribute& attribute) {
  const Space space = parse_space(file, attribute.space);
  const StoredType type = parse_type(file, attribute.type);
  std::vector<std::string> texts;
  if (space.elements == 0) return texts;  // h5py stores no texts as no numbers
  const bool text = type.type == StoredType::kText && type.bytes > 0;
  if (!text && !type.is_variable_text()) {
    file.damaged(fmt::format("its attribute '{}' is no list of texts", attribute.name));
  }
  if (space.elements > kMostTexts) file.damaged("an attribute has too many texts");
  Hdf5Cursor rest(file, attribute.data);
  for (std::uint64_t i = 0; i < space.elements; ++i) {
    if (text) {
      texts.push_back(until_zero(rest.take(type.bytes)));
      continue;
    }
    const std::uint64_t length = rest.number(4);
    const std::uint64_t address = rest.address();
    const std::uint64_t number = rest.number(4);
    const std::string_view object =
        length == 0 ? std::string_view() : heap_object(file, address, number);
    texts.push_back(until_zero(object.substr(0, length)));
  }
  return texts;
}

}  // namespace ag::weights
