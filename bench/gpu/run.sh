#!/usr/bin/env bash
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# Everything there is to do on a machine with a GPU: CMake, nvcc, ninja and a Python with PyTorch, no
# Java and no network.
#
#   bench/gpu/run.sh [STEP...] [OUT_DIR]       steps: build test sanitize measure compile report
#
# Without a step all of them run, in this order. A step that fails does not stop the next. Every step
# leaves its log and its results in OUT_DIR (default: target/gpu), ends within STEP_SECONDS (default
# 540), and goes on where it stopped when it is called again. Exit status: 0 when every step passed.
#
#   PYTHON             the Python with PyTorch (python3)
#   ARCHITECTURES      what to build for, as CMake says it (that of the first GPU); "all" for a release
#   TOKENZIP_COMMIT    the commit, where the sources come without history
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${PYTHON:-python3}
limit=${STEP_SECONDS:-540}
build=$root/target/cmake/gpu
out=$root/target/gpu
steps=
for argument in "$@"; do
  case $argument in
    build | test | sanitize | measure | compile | report) steps="$steps $argument" ;;
    -*) sed -n '5,18s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) out=$argument ;;
  esac
done
mkdir -p "$out"
out=$(cd "$out" && pwd)

build() {
  architectures=${ARCHITECTURES:-}
  if [ -z "$architectures" ]; then
    capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -1 | tr -d .)
    architectures=$capability-real
  fi
  set -- -S "$root/cmake" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTOKENZIP_CUDA=ON
  [ "$architectures" = all ] || set -- "$@" "-DTOKENZIP_CUDA_ARCHITECTURES=$architectures"
  cmake "$@" && timeout "$limit" cmake --build "$build"
}

tests() {
  (cd "$build" && timeout "$limit" ctest --output-on-failure -j 4)
}

# One program under one tool; a result that is there already is not taken again.
sanitize_one() {
  tool=$1 program=$2
  name=$tool-$(basename "$program")
  [ -e "$out/sanitize/$name.passed" ] && return 0
  left=$((deadline - $(date +%s)))
  [ $left -gt 10 ] || { echo "$name: left for the next run"; return 1; }
  options=
  [ "$tool" = memcheck ] && options="--leak-check full"
  # shellcheck disable=SC2086
  timeout "$left" compute-sanitizer --tool "$tool" $options --error-exitcode 1 "$program" \
    > "$out/sanitize/$name.log" 2>&1
  status=$?
  if [ $status -eq 0 ]; then
    mv "$out/sanitize/$name.log" "$out/sanitize/$name.passed"
    echo "$name: passed"
  else
    echo "$name: status $status; $(grep -m 1 -E '=========.*(Error|error|Invalid|hazard)' \
      "$out/sanitize/$name.log")"
  fi
  return $status
}

sanitize() {
  command -v compute-sanitizer > /dev/null || PATH=$PATH:/usr/local/cuda/bin
  command -v compute-sanitizer > /dev/null || { echo "compute-sanitizer was not found"; return 1; }
  mkdir -p "$out/sanitize"
  export out
  export deadline=$(($(date +%s) + limit))
  export -f sanitize_one
  for tool in memcheck racecheck synccheck initcheck; do
    for program in "$build"/{cuda,native}/test/gpu_*_test; do echo "$tool $program"; done
  done | xargs -P 4 -L 1 bash -c 'sanitize_one "$0" "$1"'
}

measure() {
  "$python" "$root/bench/gpu/measure.py" --library "$build/native/libtokenzip.so" --out "$out" \
    --budget $((limit - 30)) "$@"
}

report() {
  "$python" "$root/bench/gpu/report.py" "$out" && "$python" "$root/bench/roofline.py" \
    "$out/results.json" "$out/roofline"
}

result=0
for step in ${steps:-build test sanitize measure compile report}; do
  start=$(date +%s)
  case $step in
    test) tests ;;
    compile) measure --compile ;;
    *) $step ;;
  esac > >(tee "$out/$step.log") 2>&1
  status=$?
  wait $! 2> /dev/null
  [ $status -eq 0 ] || result=1
  echo "$step: status $status after $(($(date +%s) - start)) s" | tee -a "$out/steps.log"
done
exit $result
