#!/bin/bash
# How fast agtrain is beside PyTorch DDP and Keras: training, memory, a whole epoch and validation, on two ranks.
#
# usage: tests/bench/train.sh [--rounds N] [--cases NAME,...] [--modes NAME,...] [--list] [--out FOLDER] [--steps N]
#
# All runs in turn: ours, each peer's modes, ours, … (3 rounds). Writes docs/performance/train.json and, made from it,
# train.md. A peer or data that isn't there is told and left out. Run it on a machine that does nothing else.
#
# Needs build/bin and a Python with torch 2.11 and timm, named by AG_PEER_PYTHON (else it is installed in .deps/peers,
# some 6 GB). Keras is that Python's, or AG_KERAS_PYTHON's; it computes on TensorFlow where that is there too. Real
# faces for the epoch are looked for in $AG_REAL_DATA, else in ../shared/data.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. launch/env.sh
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore CUDA_VISIBLE_DEVICES=

if [ -z "${AG_PEER_PYTHON:-}" ]; then
  tests/interop/setup.sh
  AG_PEER_PYTHON=$(tests/interop/setup.sh --python)
fi
exec "$AG_PEER_PYTHON" tests/bench/train_compare.py "$@"
