#include "framework/core/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "framework/core/error.h"

namespace ag {

Descriptor::~Descriptor() {
  if (!valid()) return;
  const int before = errno;
  ::close(number_);
  errno = before;
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor open_file(const std::filesystem::path& path, int flags, mode_t mode) {
  return Descriptor(::open(path.c_str(), flags | O_CLOEXEC, mode));
}

Descriptor open_or_throw(const std::filesystem::path& path, int flags, mode_t mode) {
  Descriptor file = open_file(path, flags, mode);
  if (!file.valid()) throw system_error("open", path);
  return file;
}

}  // namespace ag
