#include "framework/deploy/keras_h5.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <span>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/hdf5/hdf5_handle.h"

namespace ag::deploy {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kAttributeBytes = 64512;  // what Keras splits longer lists at
// Keras reads it to tell the layouts of Keras 1; from 2 on there was one.
constexpr char kKerasVersion[] = "2.0.0";

class H5Writer {
 public:
  explicit H5Writer(const fs::path& path)
      : path_(path),
        file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose) {
    check(file_.get(), "create");
  }

  hid_t root() const { return file_.get(); }

  Hdf5Handle group(hid_t parent, const std::string& name) const {
    Hdf5Handle group(
        H5Gcreate2(parent, name.c_str(), intermediate_.get(), H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
    check(group.get(), "make a group in");
    return group;
  }

  void text(hid_t where, const std::string& name, const std::string& value) const {
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    write_texts(where, name, space, {&value, 1});
  }

  // A list of texts, in parts where it is too long for one attribute.
  void texts(hid_t where, const std::string& name, std::span<const std::string> values) const {
    const std::size_t most = std::max<std::size_t>(1, kAttributeBytes / width_of(values));
    if (values.size() <= most) return list(where, name, values);
    for (std::size_t part = 0; part * most < values.size(); ++part) {
      const std::size_t count = std::min(most, values.size() - part * most);
      list(where, fmt::format("{}{}", name, part), values.subspan(part * most, count));
    }
  }

  void tensor(hid_t where, const std::string& name, const at::Tensor& tensor) const {
    const at::Tensor packed = tensor.detach().to(at::kFloat).cpu().contiguous();
    const std::vector<hsize_t> shape(packed.sizes().begin(), packed.sizes().end());
    const Hdf5Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                           H5Sclose);
    const Hdf5Handle set(H5Dcreate2(where, name.c_str(), H5T_IEEE_F32LE, space.get(),
                                    intermediate_.get(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Dclose);
    check(set.get(), "make a data set in");
    check(H5Dwrite(set.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   packed.const_data_ptr<float>()),
          "write");
  }

  void close() const { check(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), "write"); }

 private:
  static Hdf5Handle make_intermediate() {
    Hdf5Handle list(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(list.get(), 1);
    return list;
  }

  static std::size_t width_of(std::span<const std::string> values) {
    std::size_t width = 1;
    for (const std::string& value : values) width = std::max(width, value.size());
    return width;
  }

  void list(hid_t where, const std::string& name, std::span<const std::string> values) const {
    const hsize_t count = values.size();
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    write_texts(where, name, space, values);
  }

  // Texts of a fixed length, filled up with zeros: what h5py makes of numpy's bytes.
  void write_texts(hid_t where, const std::string& name, const Hdf5Handle& space,
                   std::span<const std::string> values) const {
    const std::size_t width = width_of(values);
    std::string packed;
    for (const std::string& value : values) {
      packed += value;
      packed.append(width - value.size(), '\0');
    }
    const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), width);
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    const Hdf5Handle attribute(
        H5Acreate2(where, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    check(attribute.get(), "make an attribute in");
    check(H5Awrite(attribute.get(), type.get(), packed.data()), "write");
  }

  void check(std::int64_t answer, const char* tried) const {
    if (answer < 0) throw Error(path_, fmt::format("can't {} it: {}", tried, hdf5_complaint()));
  }

  fs::path path_;
  QuietHdf5 quiet_;
  Hdf5Handle file_;
  Hdf5Handle intermediate_ = make_intermediate();
};

void fill(const fs::path& path, const std::vector<KerasLayer>& layers) {
  const H5Writer writer(path);
  std::vector<std::string> names;
  names.reserve(layers.size());
  for (const KerasLayer& layer : layers) names.push_back(layer.name);
  writer.texts(writer.root(), "layer_names", names);
  writer.text(writer.root(), "backend", "tensorflow");
  writer.text(writer.root(), "keras_version", kKerasVersion);
  for (const KerasLayer& layer : layers) {
    const Hdf5Handle group = writer.group(writer.root(), layer.name);
    std::vector<std::string> variables;
    for (const KerasVariable& variable : layer.variables) {
      variables.push_back(layer.name + "/" + variable.name + ":0");
      writer.tensor(group.get(), variables.back(), variable.tensor);
    }
    writer.texts(group.get(), "weight_names", variables);
  }
  writer.close();
}

}  // namespace

void write_keras_h5(const fs::path& path, const std::vector<KerasLayer>& layers) {
  AtomicFile file(path);
  fill(file.temporary(), layers);
  file.commit();
}

}  // namespace ag::deploy
