// Owners for what the HDF5 C library hands out.
#pragma once

#include <hdf5.h>

#include <string>

namespace ag {

// An HDF5 identifier and the function that closes it: Hdf5Handle file(H5Fopen(...), H5Fclose). An
// identifier below 0 is a failed call: test with valid().
class Hdf5Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Hdf5Handle(hid_t id, Closer closer) : id_(id), closer_(closer) {}
  ~Hdf5Handle();
  Hdf5Handle(Hdf5Handle&& other) noexcept;
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept;
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;

  bool valid() const { return id_ >= 0; }
  hid_t get() const { return id_; }

 private:
  hid_t id_;
  Closer closer_;
};

// While it lives, HDF5 prints nothing of its own on stderr from this thread.
class QuietHdf5 {
 public:
  QuietHdf5();
  ~QuietHdf5();
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;

 private:
  H5E_auto2_t printer_ = nullptr;
  void* printer_data_ = nullptr;
};

// Why the last HDF5 call of this thread failed, in HDF5's own words.
std::string hdf5_complaint();

}  // namespace ag
