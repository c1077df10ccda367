#include "framework/comm/shared_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <string>

#include "framework/core/error.h"

namespace ag::comm {
namespace {

constexpr std::size_t kPage = 4096;

// A POSIX shared memory object. The rank that made it takes its name away again.
class SharedFile {
 public:
  SharedFile() = default;
  ~SharedFile() {
    if (file_ >= 0) close(file_);
    if (made_) shm_unlink(name_.c_str());
  }
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;

  void make(const std::string& name) {
    open(name, O_RDWR | O_CREAT | O_EXCL);
    made_ = true;
  }
  void open(const std::string& name, int flags = O_RDWR) {
    name_ = name;
    file_ = shm_open(name.c_str(), flags, 0600);
    if (file_ < 0) throw system_error("open", "/dev/shm" + name);
  }
  // Reserves a rank's own section: it then lies near that rank's cores, and a lack of space is an
  // error here and no signal later.
  void reserve(std::size_t offset, std::size_t bytes) {
    errno = posix_fallocate(file_, static_cast<off_t>(offset), static_cast<off_t>(bytes));
    if (errno != 0) throw system_error("reserve shared memory in", "/dev/shm" + name_);
  }
  std::byte* map(std::size_t bytes) {
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (memory == MAP_FAILED) throw system_error("map", "/dev/shm" + name_);
    return static_cast<std::byte*>(memory);
  }

 private:
  std::string name_;
  int file_ = -1;
  bool made_ = false;
};

// A name that no other job on this host has.
std::string agree_on_name(MPI_Comm host) {
  std::array<char, 64> name{};
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  fmt::format_to_n(name.data(), name.size() - 1, "/agtrain-{}-{}", getpid(), now);
  check_mpi(MPI_Bcast(name.data(), name.size(), MPI_CHAR, 0, host), "name shared memory");
  return name.data();
}

// Does `action` and learns how the others fared. Throws on all ranks when it failed on one.
void together(MPI_Comm host, const std::function<void()>& action) {
  std::string complaint;
  try {
    action();
  } catch (const Error& error) {
    complaint = error.what();
  }
  int failed = complaint.empty() ? 0 : 1;
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, host), "share memory");
  if (failed == 0) return;
  throw Error("shared memory", complaint.empty() ? "another rank can't share memory" : complaint,
              "or set comm.transport=mpi");
}

}  // namespace

SharedMemory::SharedMemory(MPI_Comm host, std::size_t section_bytes)
    : section_bytes_((section_bytes + kPage - 1) / kPage * kPage), memory_(nullptr, Unmap{0}) {
  int rank = 0;
  int size = 1;
  check_mpi(MPI_Comm_rank(host, &rank), "ask for the rank on this host");
  check_mpi(MPI_Comm_size(host, &size), "count the ranks of this host");
  const std::string name = agree_on_name(host);
  const auto index = static_cast<std::size_t>(rank);
  const std::size_t bytes = section_bytes_ * static_cast<std::size_t>(size);

  SharedFile file;
  together(host, [&] {
    if (rank == 0) file.make(name);
  });
  together(host, [&] {
    if (rank != 0) file.open(name);
    file.reserve(index * section_bytes_, section_bytes_);
  });
  // Only now is all of the file there.
  together(host, [&] { memory_ = {file.map(bytes), Unmap{bytes}}; });
}

void SharedMemory::Unmap::operator()(std::byte* memory) const {
  munmap(memory, bytes);
}

std::byte* SharedMemory::section(int rank) const {
  return memory_.get() + static_cast<std::size_t>(rank) * section_bytes_;
}

}  // namespace ag::comm
