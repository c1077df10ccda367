// What a fuzzed part gives to libFuzzer and to mutations_main.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Sends any bytes through the part, and ends the program where they break a promise of its header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace ag::fuzz {

struct Seed {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

// Inputs of every kind, made anew at each call and always the same.
std::vector<Seed> corpus();

// Mends what hides the rest of a mutated input from the part, where that is such an input.
void mend(std::vector<std::uint8_t>& bytes);

}  // namespace ag::fuzz
