#include "framework/comm/mpi_session.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <string>

#include "framework/comm/mpi_handles.h"
#include "framework/comm/shared_memory.h"

namespace ag::comm {
namespace {

void start_mpi() {
  int running = 0;
  check_mpi(MPI_Initialized(&running), "ask whether MPI runs");
  if (running != 0) throw Error("MPI", "was started before in this process", "keep one MpiSession");
  int given = 0;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &given), "start MPI");
  if (given < MPI_THREAD_MULTIPLE) {
    throw Error("MPI",
                fmt::format("gives thread level {} where MPI_THREAD_MULTIPLE is needed", given),
                "install an MPI library built with it (Debian's Open MPI is)");
  }
}

MpiHandles open_communicators() {
  MpiHandles handles;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &handles.world), "duplicate MPI's world");
  check_mpi(MPI_Comm_set_errhandler(handles.world, MPI_ERRORS_RETURN), "ask MPI for error codes");
  check_mpi(
      MPI_Comm_split_type(handles.world, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &handles.host),
      "find the ranks of this host");
  check_mpi(MPI_Comm_set_errhandler(handles.host, MPI_ERRORS_RETURN), "ask MPI for error codes");
  return handles;
}

World describe(const MpiHandles& handles) {
  World world;
  check_mpi(MPI_Comm_rank(handles.world, &world.rank), "ask for the rank");
  check_mpi(MPI_Comm_size(handles.world, &world.size), "count the ranks");
  check_mpi(MPI_Comm_rank(handles.host, &world.local_rank), "ask for the rank on this host");
  check_mpi(MPI_Comm_size(handles.host, &world.local_size), "count the ranks of this host");
  const int first_of_host = world.local_rank == 0 ? 1 : 0;
  check_mpi(MPI_Allreduce(&first_of_host, &world.hosts, 1, MPI_INT, MPI_SUM, handles.world),
            "count the hosts");
  return world;
}

std::unique_ptr<SharedMemory> share_flags(MPI_Comm host) {
  try {
    return std::make_unique<SharedMemory>(host, sizeof(int));
  } catch (const Error&) {
    return nullptr;
  }
}

// A rank's section of the shared flags.
std::atomic_ref<int> flag_of(const SharedMemory& flags, int local_rank) {
  return std::atomic_ref(*reinterpret_cast<int*>(flags.section(local_rank)));
}

}  // namespace

void check_mpi(int code, std::string_view tried) {
  if (code == MPI_SUCCESS) return;
  char words[MPI_MAX_ERROR_STRING];
  int length = 0;
  if (MPI_Error_string(code, words, &length) != MPI_SUCCESS) length = 0;
  throw Error("MPI",
              fmt::format("can't {}: {}", tried,
                          length > 0 ? std::string(words, length) : fmt::format("code {}", code)));
}

MpiSession::MpiSession() : exceptions_at_start_(std::uncaught_exceptions()) {
  start_mpi();
  handles_ = std::make_unique<MpiHandles>(open_communicators());
  world_ = describe(*handles_);
  peers_ = find_peers();
  told_ = share_flags(handles_->host);
}

std::vector<MpiSession::Peer> MpiSession::find_peers() const {
  static_assert(sizeof(Peer) == 2 * sizeof(int));
  const Peer self{world_.rank, getpid()};
  std::vector<Peer> peers(static_cast<std::size_t>(world_.local_size));
  check_mpi(MPI_Allgather(&self, 2, MPI_INT, peers.data(), 2, MPI_INT, handles_->host),
            "meet the ranks of this host");
  const bool seen = std::all_of(peers.begin(), peers.end(), is_alive);
  check_mpi(MPI_Barrier(handles_->host), "meet the ranks of this host");  // nobody has left yet
  return seen ? peers : std::vector<Peer>{};
}

bool MpiSession::is_alive(const Peer& peer) {
  return kill(peer.process, 0) == 0 || errno == EPERM;
}

std::optional<int> MpiSession::lost_rank() const {
  const auto lost = std::find_if_not(peers_.begin(), peers_.end(), is_alive);
  return lost == peers_.end() ? std::nullopt : std::optional<int>(lost->rank);
}

void MpiSession::note_reason_told() const {
  if (told_) flag_of(*told_, world_.local_rank) = 1;
}

bool MpiSession::reason_was_told() const {
  for (int rank = 0; told_ && rank < world_.local_size; ++rank) {
    if (flag_of(*told_, rank) != 0) return true;
  }
  return false;
}

bool MpiSession::is_lowest_alive() const {
  return std::none_of(peers_.begin(), peers_.end(), [this](const Peer& peer) {
    return peer.rank < world_.rank && is_alive(peer);
  });
}

MpiSession::~MpiSession() {
  if (std::uncaught_exceptions() > exceptions_at_start_) abort(ExitCode::kFailed);
  MPI_Comm_free(&handles_->host);
  MPI_Comm_free(&handles_->world);
  MPI_Finalize();
}

void MpiSession::abort(ExitCode code) const {
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  std::_Exit(static_cast<int>(code));  // not reached with Open MPI
}

}  // namespace ag::comm
