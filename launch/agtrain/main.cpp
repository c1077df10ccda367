// agtrain: trains the network of one experiment, alone or as one of many ranks under mpirun.
#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include "framework/comm/launcher.h"
#include "framework/comm/mpi_session.h"
#include "framework/core/log.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/train/agreement.h"
#include "framework/train/stop_signal.h"
#include "framework/train/watchdog.h"
#include "launch/agtrain/export_job.h"
#include "launch/agtrain/options.h"
#include "launch/agtrain/pages.h"
#include "launch/agtrain/training_job.h"

namespace {

using ag::ExitCode;

void complain(const std::string& text) {
  fmt::print(stderr, "\nagtrain: {}\n", text);
}

// What a fault says to the user: without LibTorch's stack of calls, and with the mend where memory
// was too little.
std::string reason_of(const std::exception& error) {
  const auto* of_torch = dynamic_cast<const c10::Error*>(&error);
  std::string reason = of_torch != nullptr ? of_torch->what_without_backtrace() : error.what();
  const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
                      reason.find("allocate") != std::string::npos;
  if (memory && dynamic_cast<const ag::Error*>(&error) == nullptr) {
    reason = "not enough memory (" + reason +
             "); lower the batch, the number of ranks or dataset.cache_mb";
  }
  return reason;
}

// Whether this rank has to tell what its watchdog found: the rank that ends all may have told why,
// and of those that miss one that is gone, one is enough.
bool is_news(const ag::comm::MpiSession& session) {
  return !session.reason_was_told() && (!session.lost_rank() || session.is_lowest_alive());
}

ExitCode run_as_rank(const ag::launch::AgtrainOptions& options) {
  const ag::comm::Launch launch = ag::comm::launch_of_this_process();
  ag::comm::MpiSession session;
  const ag::comm::World& world = session.world();
  if (const std::string text = ag::comm::complaint_about(launch, world.size); !text.empty()) {
    if (launch.rank == 0) complain(text);
    return ExitCode::kUsage;
  }
  spdlog::set_default_logger(ag::make_logger(world.rank));
  ag::train::Watchdog watchdog({.rank = world.rank,
                                .ranks = world.size,
                                .lost_rank = [&session] { return session.lost_rank(); }},
                               [&session](const std::string& text) {
                                 if (is_news(session)) complain(text);
                                 session.abort(ExitCode::kFailed);
                               });
  try {
    ag::kernels::cpu::choose_kernels_of_environment();
    return ag::launch::run_training_job(options, session, watchdog);
  } catch (const ag::train::AgreedError& error) {
    if (world.rank == 0) complain(error.what());
    return error.code();
  } catch (const std::exception& error) {
    const auto* ours = dynamic_cast<const ag::Error*>(&error);
    complain(world.size == 1 ? reason_of(error)
                             : fmt::format("rank {} of {}, {}: {}", world.rank, world.size,
                                           watchdog.position(), reason_of(error)));
    session.note_reason_told();
    session.abort(ours != nullptr ? ours->code() : ExitCode::kFailed);
  }
}

// What needs no MPI: one process prints a page or writes a file. Nothing where ranks are to train.
std::optional<ExitCode> run_alone(const ag::launch::AgtrainOptions& options) {
  try {
    if (options.exporting) return ag::launch::run_export(*options.exporting);
    const std::optional<std::string> page = ag::launch::page_asked_for(options);
    if (!page) return std::nullopt;
    fmt::print("{}", *page);
    return ExitCode::kDone;
  } catch (const ag::Error& error) {
    complain(error.what());
    return error.code();
  } catch (const std::exception& error) {
    complain(error.what());
    return ExitCode::kFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  ag::launch::AgtrainOptions options;
  if (const auto code = ag::launch::parse_command_line(argc, argv, options))
    return static_cast<int>(*code);
  if (const auto code = run_alone(options)) return static_cast<int>(*code);
  const ag::train::StopSignals signals;
  ExitCode code = ExitCode::kFailed;
  try {
    code = run_as_rank(options);
  } catch (const std::exception& error) {
    complain(error.what());
  }
  // Once the first rank has ended with another code than 0, mpirun ends the rest; each is to answer
  // with its own code.
  std::signal(SIGTERM, SIG_IGN);
  std::quick_exit(static_cast<int>(code));
}
