#!/bin/bash
# Runs a Python script in the peers' virtual environment; exit code 77, which ctest counts as skipped, where it isn't there.
# usage: tests/interop/with_peers.sh SCRIPT [ARGUMENTS...]
set -euo pipefail
setup=$(dirname "${BASH_SOURCE[0]}")/setup.sh
if ! missing=$("$setup" --check); then
  echo "skipped: no peers to compare with ($(head -n 1 <<<"$missing")); tests/interop/setup.sh fetches them"
  exit 77
fi
python=$("$setup" --python)
export KERAS_HOME=${KERAS_HOME:-$(dirname "$python")/../.keras}   # else Keras writes into the home folder
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}   # ctest runs as many tests at once as there are cores
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$@"
