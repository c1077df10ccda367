#include "framework/nn/weights/hdf5_group.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <utility>

#include "framework/core/error.h"

namespace ag::weights {
namespace {

constexpr const char* kMend = "take another copy of it";
constexpr int kMostDimensions = 8;
constexpr hsize_t kMostTexts = 100'000;
constexpr hsize_t kLongestText = 64'000;  // as much as an object's header holds
constexpr hsize_t kMostChildren = 100'000;
// Deflate packs at most 1032 bytes into one, and a chunk may be nothing but a fill value.
constexpr std::uint64_t kLargestExpansion = 1032;
constexpr std::uint64_t kSmallBytes = 1 << 20;
constexpr std::size_t kImageGrowth = 1 << 16;

// Groups, data sets: closed by one function whatever they are.
Hdf5Handle as_object(hid_t id) {
  return {id, H5Oclose};
}

struct ElementType {
  at::ScalarType ours;
  hid_t native;
};

std::optional<ElementType> element_type(hid_t stored) {
  if (H5Tget_class(stored) == H5T_INTEGER) return ElementType{at::kLong, H5T_NATIVE_INT64};
  if (H5Tget_class(stored) != H5T_FLOAT) return std::nullopt;
  return H5Tget_size(stored) > sizeof(float) ? ElementType{at::kDouble, H5T_NATIVE_DOUBLE}
                                             : ElementType{at::kFloat, H5T_NATIVE_FLOAT};
}

// Why the data of this data set may not be read; "" where it may.
std::string objection(const Hdf5Handle& dataset, std::uint64_t bytes) {
  const Hdf5Handle plan(H5Dget_create_plist(dataset.get()), H5Pclose);
  if (!plan.valid()) return "doesn't say how it is stored";
  if (H5Pget_external_count(plan.get()) != 0) return "keeps its data in another file";
  const H5D_layout_t layout = H5Pget_layout(plan.get());
  if (layout == H5D_VIRTUAL) return "takes its data from other data sets";
  const std::uint64_t stored = H5Dget_storage_size(dataset.get());
  const bool packed = layout == H5D_CHUNKED;
  const std::uint64_t most = packed ? stored * kLargestExpansion + kSmallBytes : stored;
  if (bytes > most) {
    return fmt::format("says that it has {} bytes, but {} are stored", bytes, stored);
  }
  return "";
}

struct Extent {
  std::vector<std::int64_t> shape;
  std::uint64_t elements = 1;
};

std::optional<Extent> extent_of(const Hdf5Handle& dataset) {
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose);
  if (!space.valid() || H5Sget_simple_extent_type(space.get()) == H5S_NULL) return std::nullopt;
  const int dimensions = H5Sget_simple_extent_ndims(space.get());
  if (dimensions < 0 || dimensions > kMostDimensions) return std::nullopt;
  std::vector<hsize_t> sizes(static_cast<std::size_t>(dimensions));
  H5Sget_simple_extent_dims(space.get(), sizes.data(), nullptr);
  Extent extent;
  for (const hsize_t size : sizes) {
    if (size > INT64_MAX || __builtin_mul_overflow(extent.elements, size, &extent.elements)) {
      return std::nullopt;
    }
    extent.shape.push_back(static_cast<std::int64_t>(size));
  }
  return extent;
}

// The texts of an attribute of variable length, given back to HDF5 when they are copied.
std::optional<std::vector<std::string>> variable_texts(const Hdf5Handle& attribute,
                                                       const Hdf5Handle& space, hsize_t count) {
  const Hdf5Handle stored(H5Aget_type(attribute.get()), H5Tclose);
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5Tget_cset(stored.get()));
  std::vector<char*> pointers(count, nullptr);
  if (H5Aread(attribute.get(), type.get(), pointers.data()) < 0) return std::nullopt;
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, pointers.data());
  return texts;
}

std::optional<std::vector<std::string>> fixed_texts(const Hdf5Handle& attribute,
                                                    const Hdf5Handle& type, hsize_t count) {
  const std::size_t width = H5Tget_size(type.get());
  if (width == 0 || width > kLongestText) return std::nullopt;
  std::string all(width * count, '\0');
  if (H5Aread(attribute.get(), type.get(), all.data()) < 0) return std::nullopt;
  std::vector<std::string> texts;
  for (hsize_t i = 0; i < count; ++i) {
    std::string text = all.substr(i * width, width);
    text.resize(std::min(text.find('\0'), text.size()));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

Hdf5Group::Hdf5Group(std::string path, std::shared_ptr<Hdf5Handle> file, Hdf5Handle group)
    : path_(std::move(path)), file_(std::move(file)), group_(std::move(group)) {}

Hdf5Group Hdf5Group::root_of(const std::string& path, Hdf5Handle file) {
  Hdf5Handle root = as_object(file.valid() ? H5Oopen(file.get(), "/", H5P_DEFAULT) : file.get());
  if (!root.valid()) throw Error(path, "can't be read as HDF5: " + hdf5_complaint(), kMend);
  return {path, std::make_shared<Hdf5Handle>(std::move(file)), std::move(root)};
}

Hdf5Group Hdf5Group::open_file(const std::filesystem::path& path) {
  const QuietHdf5 quiet;
  return root_of(path, Hdf5Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose));
}

Hdf5Group Hdf5Group::open_image(const std::filesystem::path& path, std::vector<char> image) {
  const QuietHdf5 quiet;
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access.get(), kImageGrowth, false);
  H5Pset_file_image(access.get(), image.data(), image.size());
  return root_of(path,
                 Hdf5Handle(H5Fopen("weights in memory", H5F_ACC_RDONLY, access.get()), H5Fclose));
}

Hdf5Handle Hdf5Group::open_object(const std::string& name) const {
  const QuietHdf5 quiet;
  Hdf5Handle current = as_object(H5Oopen(group_.get(), ".", H5P_DEFAULT));
  std::size_t begin = 0;
  while (current.valid() && begin < name.size()) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    H5L_info_t link{};
    const bool held = H5Iget_type(current.get()) == H5I_GROUP &&
                      H5Lexists(current.get(), part.c_str(), H5P_DEFAULT) > 0 &&
                      H5Lget_info(current.get(), part.c_str(), &link, H5P_DEFAULT) >= 0 &&
                      link.type == H5L_TYPE_HARD;
    if (!held) return as_object(H5I_INVALID_HID);
    current = as_object(H5Oopen(current.get(), part.c_str(), H5P_DEFAULT));
  }
  return current;
}

std::optional<Hdf5Group> Hdf5Group::find_group(const std::string& name) const {
  Hdf5Handle object = open_object(name);
  if (!object.valid() || H5Iget_type(object.get()) != H5I_GROUP) return std::nullopt;
  return Hdf5Group(path_, file_, std::move(object));
}

std::vector<std::string> Hdf5Group::children() const {
  const QuietHdf5 quiet;
  H5G_info_t info{};
  if (H5Gget_info(group_.get(), &info) < 0 || info.nlinks > kMostChildren) {
    throw Error(path_, "has a damaged group: " + hdf5_complaint(), kMend);
  }
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const auto name_of = [&](char* text, std::size_t size) {
      return H5Lget_name_by_idx(group_.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, text, size,
                                H5P_DEFAULT);
    };
    const ssize_t length = name_of(nullptr, 0);
    if (length < 0) throw Error(path_, "has a damaged group: " + hdf5_complaint(), kMend);
    std::string name(static_cast<std::size_t>(length) + 1, '\0');
    name_of(name.data(), name.size());
    name.pop_back();
    names.push_back(std::move(name));
  }
  return names;
}

at::Tensor Hdf5Group::read_tensor(const std::string& name) const {
  const QuietHdf5 quiet;
  const Hdf5Handle dataset = open_object(name);
  if (!dataset.valid() || H5Iget_type(dataset.get()) != H5I_DATASET) {
    throw Error(path_, fmt::format("has no data set '{}' of its own", name), kMend);
  }
  const Hdf5Handle stored(H5Dget_type(dataset.get()), H5Tclose);
  const std::optional<ElementType> type = element_type(stored.get());
  const std::optional<Extent> extent = extent_of(dataset);
  if (!type || !extent) {
    throw Error(path_, fmt::format("'{}' is no array of numbers", name),
                "save the weights as float32");
  }
  std::uint64_t bytes = 0;
  const std::size_t width = H5Tget_size(stored.get());
  const bool overflow = __builtin_mul_overflow(extent->elements, width, &bytes);
  if (overflow) throw Error(path_, fmt::format("'{}' is larger than any memory", name));
  if (const std::string why = objection(dataset, bytes); !why.empty()) {
    throw Error(path_, fmt::format("'{}' {}", name, why), kMend);
  }
  const at::Tensor tensor = at::empty(extent->shape, type->ours);
  if (tensor.numel() > 0 && H5Dread(dataset.get(), type->native, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                    tensor.mutable_data_ptr()) < 0) {
    throw Error(path_, fmt::format("can't read '{}': {}", name, hdf5_complaint()), kMend);
  }
  return tensor;
}

bool Hdf5Group::has_attribute(const std::string& name) const {
  const QuietHdf5 quiet;
  return H5Aexists(group_.get(), name.c_str()) > 0;
}

std::optional<std::vector<std::string>> Hdf5Group::one_attribute(const std::string& name) const {
  const QuietHdf5 quiet;
  if (!has_attribute(name)) return std::nullopt;
  const Hdf5Handle attribute(H5Aopen(group_.get(), name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(attribute.valid() ? H5Aget_type(attribute.get()) : H5I_INVALID_HID,
                        H5Tclose);
  const Hdf5Handle space(attribute.valid() ? H5Aget_space(attribute.get()) : H5I_INVALID_HID,
                         H5Sclose);
  if (!type.valid() || !space.valid()) {
    throw Error(path_, fmt::format("its attribute '{}' is damaged", name), kMend);
  }
  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  if (count == 0) return std::vector<std::string>();  // h5py stores no texts as no numbers
  std::optional<std::vector<std::string>> texts;
  if (count > 0 && static_cast<hsize_t>(count) <= kMostTexts &&
      H5Tget_class(type.get()) == H5T_STRING) {
    const auto many = static_cast<hsize_t>(count);
    texts = H5Tis_variable_str(type.get()) > 0 ? variable_texts(attribute, space, many)
                                               : fixed_texts(attribute, type, many);
  }
  if (!texts)
    throw Error(path_, fmt::format("its attribute '{}' is no list of texts", name), kMend);
  return texts;
}

std::optional<std::string> Hdf5Group::text_attribute(const std::string& name) const {
  const std::optional<std::vector<std::string>> texts = one_attribute(name);
  if (!texts || texts->size() != 1) return std::nullopt;
  return texts->front();
}

std::vector<std::string> Hdf5Group::texts(const std::string& name) const {
  if (auto whole = one_attribute(name)) return *whole;
  std::vector<std::string> joined;
  for (std::size_t part = 0; part < kMostTexts; ++part) {
    const auto texts = one_attribute(fmt::format("{}{}", name, part));
    if (!texts) break;
    joined.insert(joined.end(), texts->begin(), texts->end());
  }
  return joined;
}

}  // namespace ag::weights
