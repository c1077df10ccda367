// For tests under mpirun: the session that mpi_main.cpp opened, and what ranks compare with each
// other. A test that fails on one rank ends all ranks, as the others would wait for it.
#pragma once

#include <ATen/ATen.h>

#include "framework/comm/mpi_session.h"

namespace ag::test {

comm::MpiSession& mpi_session();

// True when `tensor` has the same bits on all ranks. Collective.
bool same_bits_on_all_ranks(const at::Tensor& tensor);

}  // namespace ag::test
