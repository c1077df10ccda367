#!/bin/bash
# Configures and builds a preset, with as many compilers at once as there are cores and 1.5 GB of memory for each.
# usage: launch/build.sh PRESET [TARGET...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ $# -eq 0 ] || [ "$1" = --help ]; then
  sed -n 's/^# //p' "${BASH_SOURCE[0]}"
  exit $(($# == 0 ? 2 : 0))
fi

preset=$1
shift
cores=$(nproc)
memory=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1500000))
jobs=$((memory < 1 ? 1 : memory < cores ? memory : cores))

if ! configured=$(cmake --preset "$preset" 2>&1); then
  printf '%s\n' "$configured" >&2
  exit 1
fi
cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"}
