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
  AG_PEER_PYTHON=$PWD/.deps/peers/bin/python
  if [ ! -x "$AG_PEER_PYTHON" ]; then
    python3 -m venv .deps/peers
    .deps/peers/bin/pip install -q torch==2.11.0 torchvision==0.26.0 'timm==1.0.*'
  fi
fi
exec "$AG_PEER_PYTHON" tests/bench/train_compare.py "$@"
