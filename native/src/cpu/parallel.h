// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>

namespace tkz::cpu {

/// Work below this much memory traffic stays on the calling thread: it takes one thread less than
/// about 200 microseconds, and where other processes want the cores, waiting for a second thread at
/// a barrier has been seen to cost milliseconds.
constexpr int64_t kBytesWorthThreads = 8 << 20;

/// Threads for work that moves `bytes`, at most `limit` (0: OpenMP's default).
inline int threads_for(int64_t bytes, int limit) {
  if (bytes < kBytesWorthThreads) return 1;
  return limit > 0 ? limit : std::max(1, omp_get_max_threads());
}

/// Calls f(image, begin, end) for ranges that cover [0, count) of every image: whole images when
/// there are enough of them, ranges of at least `grain` otherwise.
template <class F>
void for_each_range(int64_t images, int64_t count, int64_t grain, int threads, const F& f) {
  const int64_t pieces_wanted = images >= threads ? 1 : threads * 4;
  const int64_t step =
      std::max(grain, (count + pieces_wanted - 1) / pieces_wanted + grain - 1) / grain * grain;
  const int64_t pieces = (count + step - 1) / step;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
  for (int64_t i = 0; i < images * pieces; i++) {
    const int64_t begin = i % pieces * step;
    f(i / pieces, begin, std::min(count, begin + step));
  }
}

}  // namespace tkz::cpu
