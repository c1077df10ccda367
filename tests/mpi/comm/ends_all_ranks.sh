#!/usr/bin/env bash
# ends_all_ranks.sh MPIRUN PROGRAM WAY CODE [WORDS]: three ranks, of which one fails; passes when mpirun is back within
# 20 seconds with that exit code, and has passed on these words.
set -u
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
output=$(timeout 20 "$1" --oversubscribe -np 3 "$2" "$3" 2>&1)
code=$?
echo "$output"
if [ $code -ne "$4" ]; then
  echo "mpirun answered with $code, not $4"
  exit 1
fi
if ! grep -q "${5:-}" <<<"$output"; then
  echo "nobody said: $5"
  exit 1
fi
