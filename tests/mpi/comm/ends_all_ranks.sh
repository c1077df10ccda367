#!/usr/bin/env bash
# ends_all_ranks.sh MPIRUN PROGRAM WAY: three ranks, of which one fails; passes when mpirun is back within 15 seconds
# with exit code 1 and no rank is left.
set -u
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
timeout 15 "$1" --oversubscribe -np 3 "$2" "$3"
code=$?
if [ $code -ne 1 ]; then
  echo "mpirun answered with $code, not 1" >&2
  exit 1
fi
