// Whether a person watches a stream, how wide their screen is, and whether they want colours.
//
// Open MPI gives every rank a pseudo-terminal as standard output wherever mpirun's own output goes;
// it has the size of mpirun's terminal, or none when mpirun writes to a file or a pipe. So in a
// rank a terminal without a size counts as a file.
#pragma once

#include <cstdio>

namespace ag {

// True when `stream` is a terminal that takes control sequences (TERM isn't "dumb").
bool is_terminal(std::FILE* stream);

// False where NO_COLOR is set and isn't empty (no-color.org).
bool wants_colour();

// Columns of the terminal behind `stream` at the moment; 80 where it is none or doesn't say.
int terminal_columns(std::FILE* stream);

}  // namespace ag
