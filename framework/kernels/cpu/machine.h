// What a core of this machine can do, measured: for a profile to compare with.
#pragma once

namespace ag::kernels::cpu {

// Additions and multiplications a second of the kernels' matrix product in float, whose operands
// lie in the first-level cache. On the calling thread; takes a tenth of a second.
double operations_per_second();

// Bytes a second, read and written, of a plain copy that no cache holds. On the calling thread;
// takes some tenths of a second and 256 MB.
double memory_bytes_per_second();

}  // namespace ag::kernels::cpu
