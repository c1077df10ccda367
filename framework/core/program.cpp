#include "framework/core/program.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>

namespace ag {
namespace {

int fail(const std::string& name, const std::string& message, ExitCode code) {
  fmt::print(stderr, "{}: {}\n", name, message);
  return static_cast<int>(code);
}

}  // namespace

int run_program(const std::string& name, const std::function<ExitCode()>& work) {
  try {
    return static_cast<int>(work());
  } catch (const Error& error) {
    return fail(name, error.what(), error.code());
  } catch (const std::runtime_error& error) {
    return fail(name, error.what(), ExitCode::kFailed);
  } catch (const std::bad_alloc&) {
    return fail(name, "not enough memory", ExitCode::kFailed);
  } catch (const std::exception& error) {
    return fail(name, fmt::format("a fault of this program: {}", error.what()), ExitCode::kFailed);
  }
}

}  // namespace ag
