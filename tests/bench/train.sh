#!/bin/bash
# How fast agtrain trains beside PyTorch DDP with the same model: two ranks, one thread each, fp32, channels-last.
#
# usage: tests/bench/train.sh [--rounds N]     (default 3: ours, theirs, ours, theirs, …)
#
# Needs build/bin and a Python with torch 2.11 and timm, named by AG_PEER_PYTHON (else it is installed in .deps/peers,
# some 6 GB). Writes docs/performance/train.json. Run it on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. launch/env.sh

if [ -z "${AG_PEER_PYTHON:-}" ]; then
  tests/interop/setup.sh
  AG_PEER_PYTHON=$(tests/interop/setup.sh --python)
fi
exec "$AG_PEER_PYTHON" tests/bench/train_compare.py "$@"
