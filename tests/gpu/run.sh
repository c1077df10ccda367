#!/bin/bash
# What to run on a machine with one or more NVIDIA GPUs: builds the cuda preset, runs the NCCL tests with one rank and,
# where there are two GPUs, with two, trains a little, and writes the figures to docs/performance/gpu.json.
#   tests/gpu/run.sh [OUT.json]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly OUT=${1:-docs/performance/gpu.json}

command -v nvidia-smi >/dev/null && gpus=$(nvidia-smi -L | wc -l) || gpus=0
if [ "$gpus" -eq 0 ]; then
  echo "tests/gpu/run.sh: there is no GPU here (nvidia-smi -L lists none)" >&2
  exit 1
fi
ranks=$((gpus < 2 ? 1 : 2))

launch/setup.sh --cuda
. launch/env.sh
cmake --preset cuda
cmake --build --preset cuda --target agprep agtrain mpi_nccl
export PATH=$PWD/build-cuda/bin:$PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A test that skips has seen no GPU: here that is a failure.
tested() {
  mpirun -np "$1" build-cuda/bin/mpi_nccl --gtest_filter='OnGpus.*' 2>&1 | tee "$work/nccl.$1.log"
  if grep -q SKIPPED "$work/nccl.$1.log"; then
    echo "tests/gpu/run.sh: the NCCL tests skipped with $1 ranks" >&2
    return 1
  fi
}
for n in $(seq "$ranks"); do tested "$n"; done

agprep sample --out "$work/sample" --count 4096 --seed 1
agprep imdb --mat "$work/sample/imdb.mat" --images "$work/sample" --out "$work/data"
# trained RANKS PIXELS: images per second in the last of three epochs on synthetic faces
trained() {
  mpirun -np "$1" agtrain experiments/quickstart.yaml name=gpu dataset.path="$work/data" dataset.size="$2" \
    model.width=1.0 train.epochs=3 train.global_batch_size=$((256 * $1)) comm.backend=nccl \
    tracking.database="$work/gpu.db" >"$work/train.$1.$2.log" 2>&1 || { cat "$work/train.$1.$2.log" >&2; return 1; }
  sqlite3 "$work/gpu.db" "SELECT round(value) FROM metric JOIN metric_name ON metric_name.key = metric.name
    WHERE metric_name.name = 'train/images_per_second' ORDER BY time DESC LIMIT 1"
}

figures=()
for n in $(seq "$ranks"); do
  for pixels in 64 224; do
    figures+=("{\"ranks\": $n, \"pixels\": $pixels, \"images_per_second\": $(trained "$n" "$pixels")}")
  done
done
{
  printf '{"date": "%s", "commit": "%s", "gpus": %d, "gpu": "%s",\n "nccl_tests_passed_with_ranks": %d,\n "mobilenet_v1_1.0": [' \
    "$(date -u +%F)" "$(git describe --always --dirty)" "$gpus" \
    "$(nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1)" "$ranks"
  (IFS=,; printf '%s' "${figures[*]}")
  printf ']}\n'
} >"$work/gpu.json"
mv "$work/gpu.json" "$OUT"
cat "$OUT"
