#!/bin/bash
# What to run on a machine with one or more NVIDIA GPUs: builds the cuda preset, runs the NCCL tests with one rank and,
# where there are two GPUs, with two, trains beside PyTorch, and writes the figures to docs/performance/gpu.json.
#   tests/gpu/run.sh [--bundle DIR] [--rounds N] [OUT.json]
# --bundle DIR builds nothing and runs what tests/gpu/bundle.sh laid in DIR: for a machine without a network.
# PyTorch is measured where `python3` (or $AG_PEER_PYTHON) has torch and timm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bundle='' rounds=3 out=docs/performance/gpu.json
while [ $# -gt 0 ]; do
  case $1 in
    --bundle) bundle=$2; shift ;;
    --rounds) rounds=$2; shift ;;
    *) out=$1 ;;
  esac
  shift
done
readonly PYTHON=${AG_PEER_PYTHON:-python3}
readonly BATCH=256 STEPS=40 WARM_UP=10   # a rank's pictures; steps that count, and steps before them

command -v nvidia-smi >/dev/null && gpus=$(nvidia-smi -L | wc -l) || gpus=0
if [ "$gpus" -eq 0 ]; then
  echo "tests/gpu/run.sh: there is no GPU here (nvidia-smi -L lists none)" >&2
  exit 1
fi
most=$((gpus < 2 ? 1 : 2))

. launch/env.sh
if [ -n "$bundle" ]; then
  . "$bundle/env.sh"
else
  launch/setup.sh --cuda
  launch/build.sh cuda agprep agtrain mpi_nccl
  export PATH=$PWD/build-cuda/bin:$PATH
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A test that skips has seen no GPU: here that is a failure.
tested() {
  mpirun -np "$1" mpi_nccl --gtest_filter='*OnGpus.*' 2>&1 | tee "$work/nccl.$1.log"
  if grep -q SKIPPED "$work/nccl.$1.log"; then
    echo "tests/gpu/run.sh: the NCCL tests skipped with $1 ranks" >&2
    return 1
  fi
}
for n in $(seq "$most"); do tested "$n"; done

agprep sample --out "$work/sample" --count 4096 --seed 1 --size 224
agprep imdb --mat "$work/sample/imdb.mat" --images "$work/sample" --out "$work/data"

# Images per second over all ranks at the median step, of agtrain fed from JPEGs.
# ours RANKS PIXELS TURN
ours() {
  local db=$work/$1.$2.$3.db
  mpirun -np "$1" agtrain tests/gpu/speed.yaml dataset.path="$work/data" dataset.size="$2" \
    train.batch_size="$BATCH" train.steps=$((STEPS + WARM_UP)) tracking.database="$db" \
    checkpoint.directory="$work/runs" >"$work/train.log" 2>&1 || { cat "$work/train.log" >&2; return 1; }
  "$PYTHON" - "$db" $((BATCH * $1)) "$WARM_UP" <<'PYTHON'
import sqlite3, statistics, sys
database, pictures, warm_up = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
steps = sqlite3.connect(database).execute("SELECT seconds, data_wait FROM step WHERE step > ?", (warm_up,)).fetchall()
print(f"{pictures / statistics.median(s for s, _ in steps):.0f}")
waiting = sum(w for _, w in steps) / sum(s for s, _ in steps)
print(f"  agtrain waits for pictures {waiting:.1%} of the time", file=sys.stderr)
PYTHON
}
# theirs RANKS PIXELS FORM
theirs() { AG_PEER_RANKS=$1 "$PYTHON" tests/gpu/peer.py "$2" "$BATCH" "$STEPS" "$3" | xargs printf '%.0f'; }
median() { printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"; }

forms=()
! "$PYTHON" -c 'import torch, timm' 2>/dev/null || forms=(eager compile)
rows=()
for ranks in $(seq "$most"); do
  for pixels in 64 224; do
    declare -A seen=()
    for turn in $(seq "$rounds"); do
      seen[agtrain]+=" $(ours "$ranks" "$pixels" "$turn")"
      for form in "${forms[@]}"; do
        # torch.compile takes a minute to begin, and its figures hardly differ: once will do.
        [ "$form" = compile ] && [ "$turn" -gt 1 ] || seen[pytorch_$form]+=" $(theirs "$ranks" "$pixels" "$form")"
      done
      echo "$ranks ranks, $pixels px, img/s:$(for k in "${!seen[@]}"; do printf ' %s%s' "$k" "${seen[$k]}"; done)" >&2
    done
    row="{\"ranks\": $ranks, \"pixels\": $pixels, \"batch_a_rank\": $BATCH"
    # shellcheck disable=SC2086
    for key in "${!seen[@]}"; do row+=", \"${key}_images_per_second\": $(median ${seen[$key]})"; done
    rows+=("$row}")
  done
done
{
  printf '{"date": "%s", "commit": "%s", "gpus": %d, "gpu": "%s",\n "gpu_tests_passed_with_ranks": %d, "rounds": %d,\n' \
    "$(date -u +%F)" "$(git describe --always --dirty 2>/dev/null || echo unknown)" "$gpus" \
    "$(nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1)" "$most" "$rounds"
  printf ' "mobilenet_v1_1.0": [\n  %s' "${rows[0]}"
  [ ${#rows[@]} -lt 2 ] || printf ',\n  %s' "${rows[@]:1}"
  printf ']}\n'
} >"$work/gpu.json"
mkdir -p "$(dirname "$out")"
mv "$work/gpu.json" "$out"
cat "$out"
