// What the MPI forms share and nobody else includes: <mpi.h>, the communicators of a session, and
// MPI's error codes as Errors.
#pragma once

#include <mpi.h>

#include <string_view>

namespace ag::comm {

// Two communicators of our own, so that a program or library that also uses MPI can't meet our
// messages. Both return error codes instead of ending the process.
struct MpiHandles {
  MPI_Comm world = MPI_COMM_NULL;  // all ranks
  MPI_Comm host = MPI_COMM_NULL;   // the ranks that share this host's memory
};

// Throws Error when `code` isn't MPI_SUCCESS: "can't <tried>: <MPI's words>".
void check_mpi(int code, std::string_view tried);

}  // namespace ag::comm
