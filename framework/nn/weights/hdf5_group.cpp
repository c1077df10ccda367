#include "framework/nn/weights/hdf5_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "framework/core/error.h"
#include "framework/nn/weights/damage.h"

namespace ag::weights {
namespace {

const Hdf5Link* find_link(const std::vector<Hdf5Link>& links, const std::string& name) {
  const auto found = std::ranges::find(links, name, &Hdf5Link::name);
  return found == links.end() ? nullptr : &*found;
}

}  // namespace

Hdf5Group::Hdf5Group(std::shared_ptr<File> file, const Hdf5Object& object)
    : file_(std::move(file)),
      links_(hdf5_links(file_->bytes, object)),
      attributes_(hdf5_attributes(file_->bytes, object)) {}

Hdf5Group Hdf5Group::open(const std::filesystem::path& path, std::vector<char> bytes) {
  auto file = std::make_shared<File>(File{Hdf5Bytes(path, std::move(bytes))});
  const Hdf5Object root(file->bytes, hdf5_root(file->bytes));
  return {std::move(file), root};
}

std::optional<Hdf5Object> Hdf5Group::find_object(const std::string& name) const {
  std::vector<Hdf5Link> links = links_;
  std::optional<Hdf5Object> object;
  std::size_t begin = 0;
  while (begin < name.size()) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    if (object)
      links = object->is_group() ? hdf5_links(file_->bytes, *object) : std::vector<Hdf5Link>();
    const Hdf5Link* link = find_link(links, part);
    if (link == nullptr) return std::nullopt;
    object.emplace(file_->bytes, link->address);
  }
  return object;
}

std::optional<Hdf5Group> Hdf5Group::find_group(const std::string& name) const {
  const std::optional<Hdf5Object> object = find_object(name);
  if (!object || !object->is_group()) return std::nullopt;
  return Hdf5Group(file_, *object);
}

at::Tensor Hdf5Group::read_tensor(const std::string& name) const {
  const std::optional<Hdf5Object> object = find_object(name);
  if (!object || object->is_group()) {
    throw Error(path(), fmt::format("has no data set '{}' of its own", name), kMendDamage);
  }
  at::Tensor tensor = hdf5_tensor(file_->bytes, *object, name);
  constexpr std::uint64_t kWidened = 8;  // a byte becomes an integer of 64 bits
  file_->taken += tensor.nbytes();
  if (file_->taken > kWidened * file_->bytes.size()) {
    file_->bytes.damaged("its tensors are more than it holds");
  }
  return tensor;
}

const Hdf5Attribute* Hdf5Group::find_attribute(const std::string& name) const {
  const auto found = std::ranges::find(attributes_, name, &Hdf5Attribute::name);
  return found == attributes_.end() ? nullptr : &*found;
}

std::optional<std::string> Hdf5Group::text_attribute(const std::string& name) const {
  const Hdf5Attribute* attribute = find_attribute(name);
  if (attribute == nullptr) return std::nullopt;
  std::vector<std::string> texts = hdf5_texts(file_->bytes, *attribute);
  if (texts.size() != 1) return std::nullopt;
  return std::move(texts.front());
}

std::vector<std::string> Hdf5Group::texts(const std::string& name) const {
  if (const Hdf5Attribute* whole = find_attribute(name)) return hdf5_texts(file_->bytes, *whole);
  std::vector<std::string> joined;
  for (std::size_t part = 0; part < attributes_.size(); ++part) {
    const Hdf5Attribute* attribute = find_attribute(fmt::format("{}{}", name, part));
    if (attribute == nullptr) break;
    for (std::string& text : hdf5_texts(file_->bytes, *attribute))
      joined.push_back(std::move(text));
  }
  return joined;
}

}  // namespace ag::weights
