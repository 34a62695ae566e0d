#!/usr/bin/env bash
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# What limits the kernels of one case: roofline, memory and warp states of three calls after the
# warm-up. Clocks are left alone.
#
#   bench/nsight/ncu.sh CASE [BATCH] [OUT_DIR]        cases: bench/gpu/one.py --help
#
#   RANGE    an NVTX range instead of all calls, as ncu says it: domain@name/
#            RANGE="tokenzip@visionzip_merge B=8 N=577 d=1024/" bench/nsight/ncu.sh visionzip
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
case_name=${1:?a case, see bench/gpu/one.py --help}
batch=${2:-8}
out=${3:-$root/target/nsight}
library=${LIBRARY:-$root/target/cmake/gpu/native/libtokenzip.so}
mkdir -p "$out"
report=$out/$case_name-b$batch
ncu --force-overwrite --clock-control none --set roofline --section SpeedOfLight \
  --section MemoryWorkloadAnalysis --section Occupancy --section WarpStateStats --import-source yes \
  --nvtx --nvtx-include "${RANGE:-calls/}" --export "$report" \
  "${PYTHON:-python3}" "$root/bench/gpu/one.py" --library "$library" --case "$case_name" \
  --batch "$batch" --calls 3
ncu --import "$report.ncu-rep" --page details > "$report.txt"
ncu --import "$report.ncu-rep" --page raw --csv > "$report.csv"
grep -E "^  [a-z].*\(|Duration|DRAM Throughput|Achieved Occupancy" "$report.txt"
