#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <filesystem>

#include "tests/bench/loader/bench.h"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::fputs("usage: bench_loader DATASET [--benchmark_…]   DATASET: JPEGs, by agprep\n", stderr);
    return 2;
  }
  const auto scratch = std::filesystem::temp_directory_path() / "ag_bench_loader";
  try {
    const ag::data::Dataset dataset = ag::data::Dataset::open(argv[1]);
    ag::bench::register_pieces(dataset);
    ag::bench::register_batches(dataset, scratch);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_loader: %s\n", error.what());
    return 1;
  }
  std::filesystem::remove_all(scratch);
  return 0;
}
