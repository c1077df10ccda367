// An open file of the system's, closed by whoever owns it.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace ag {

// Owns a file descriptor, or none. Closing leaves errno as it is, so that a failure can be told of
// when the file is closed already.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}  // below 0: none
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_ = -1;
};

// By open(2), with its flags and the mode of a file that it makes; a program that this process
// becomes doesn't inherit it (O_CLOEXEC). None where the file can't be opened: errno says why.
Descriptor open_file(const std::filesystem::path& path, int flags, mode_t mode = 0666);
// The same, but throws Error where it can't be opened.
Descriptor open_or_throw(const std::filesystem::path& path, int flags, mode_t mode = 0666);

}  // namespace ag
