// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace tkz::cpu {

/// Where the threads of a parallel region meet between short steps. OpenMP's own barrier puts
/// waiting threads to sleep when the process asks for that (OMP_WAIT_POLICY=PASSIVE), and waking
/// one takes about as long as a step of some ten microseconds. Threads wait here for about that
/// long before they offer their core to others.
class Team {
 public:
  /// Returns when all threads of the region have called it.
  void meet() {
    const int64_t round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == omp_get_num_threads()) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int turn = 0; round_.load(std::memory_order_acquire) == round; turn++) {
      if (turn < kTurns) {
        pause();
      } else {
        sched_yield();
      }
    }
  }

  /// f(begin, end) for this thread's run of [0, count), made of whole `grain`s: the same tokens go
  /// to the same thread in every step, which finds them in its cache. Then all meet.
  template <class F>
  void share_out(int64_t count, int64_t grain, const F& f) {
    const int64_t grains = (count + grain - 1) / grain;
    const int64_t thread = omp_get_thread_num(), threads = omp_get_num_threads();
    const int64_t begin = grains * thread / threads * grain;
    const int64_t end = std::min(count, grains * (thread + 1) / threads * grain);
    if (begin < end) f(begin, end);
    meet();
  }

  /// One thread calls f, all go on afterwards.
  template <class F>
  void once(const F& f) {
    if (omp_get_thread_num() == 0) f();
    meet();
  }

 private:
  static constexpr int kTurns = 1000;

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  alignas(64) std::atomic<int64_t> round_{0};
  alignas(64) std::atomic<int> arrived_{0};
};

}  // namespace tkz::cpu
