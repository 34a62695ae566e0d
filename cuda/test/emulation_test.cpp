// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The emulation itself: what it computes, and that it stops at what a GPU leaves undefined.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/reduce.cuh"
#include "support.h"

namespace tkz::test {
namespace {

using namespace tkz::emulation;  // a kernel's view

void run_block(int threads, size_t shared_bytes, const std::function<void()>& kernel) {
  run_grid(1, threads, shared_bytes, kernel);
}

/// Whether the process ends with abort() when it runs `kernel`.
bool is_refused(int threads, const std::function<void()>& kernel) {
  const pid_t child = fork();
  if (child == 0) {
    if (freopen("/dev/null", "w", stderr) == nullptr) _exit(2);
    run_block(threads, 64, kernel);
    _exit(0);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

void check_half() {
  current_case = "half";
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const float value = half_to_float(static_cast<uint16_t>(bits));
    if (std::isnan(value)) {
      CHECK((bits & 0x7fffu) > 0x7c00u && std::isnan(half_to_float(float_to_half(value))));
    } else {
      CHECK(float_to_half(value) == bits);
    }
  }
  CHECK(half_to_float(0x3c00) == 1.0f && half_to_float(0x0001) == std::ldexp(1.0f, -24));
  CHECK(half_to_float(0x7bff) == 65504.0f && std::isinf(half_to_float(0xfc00)));
  CHECK(float_to_half(1.0f + std::ldexp(1.0f, -11)) == 0x3c00);      // half way, to even
  CHECK(float_to_half(1.0f + 3 * std::ldexp(1.0f, -11)) == 0x3c02);  // half way, to even
  CHECK(float_to_half(65519.0f) == 0x7bff && float_to_half(65520.0f) == 0x7c00);
  CHECK(float_to_half(std::ldexp(1.0f, -25)) == 0 &&
        float_to_half(1.5f * std::ldexp(1.0f, -25)) == 1);
  CHECK(float_to_bfloat16(1.0f + std::ldexp(1.0f, -8)) == 0x3f80);      // half way, to even
  CHECK(float_to_bfloat16(1.0f + 3 * std::ldexp(1.0f, -8)) == 0x3f82);  // half way, to even
  CHECK(float_to_bfloat16(-INFINITY) == 0xff80);
}

void check_collectives() {
  current_case = "collectives";
  repeat([] {
    std::vector<uint32_t> below(64), totals(64), ballots(64);
    std::vector<int> counts(64);
    run_block(64, 64, [&] {
      const int thread = thread_index();
      auto* partial = reinterpret_cast<uint32_t*>(shared_memory());
      ballots[thread] = ballot(thread % 3 == 0);
      below[thread] = block_exclusive_sum<64>(thread, partial, &totals[thread]);
      counts[thread] = syncthreads_count(thread < 40);
    });
    uint32_t sum = 0;
    for (int thread = 0; thread < 64; ++thread) {
      CHECK(below[thread] == sum && totals[thread] == 2016 && counts[thread] == 40);
      CHECK((ballots[thread] >> (thread % 32) & 1) == (thread % 3 == 0));
      sum += thread;
    }
  });
}

void check_memory() {
  current_case = "shared memory and copies";
  alignas(16) const uint32_t source[4] = {1, 2, 3, 4};
  run_block(32, 64, [&] {
    auto* word = reinterpret_cast<uint32_t*>(shared_memory());
    CHECK(word[0] == 0xffffffffu);
    syncthreads();
    if (thread_index() == 0) {
      cp_async16(word, source);
      cp_async_commit();
      cp_async16(word + 4, source);
      cp_async_commit();
      CHECK(word[0] == 0xffffffffu);
      cp_async_wait<1>();
      CHECK(word[3] == 4 && word[4] == 0xffffffffu);
      cp_async_wait<0>();
      CHECK(word[7] == 4);
    }
  });
}

void check_refusals() {
  current_case = "refusals";
  CHECK(is_refused(32, [] {
    if (thread_index() != 5) ballot(true);
  }));
  CHECK(is_refused(64, [] {
    if (thread_index() != 40) syncthreads();
  }));
  // Not inside CHECK: a macro's arguments are all on one line.
  const auto diverge_in_warp = [] {
    if (thread_index() < 16) {
      ballot(true);
    } else {
      ballot(false);
    }
  };
  const auto diverge_at_barrier = [] {
    if (warp_index() == 0) {
      syncthreads();
    } else {
      syncthreads();
    }
  };
  CHECK(is_refused(32, diverge_in_warp));
  CHECK(is_refused(64, diverge_at_barrier));
  CHECK(is_refused(32, [] {
    if (thread_index() == 0) syncthreads();
    ballot(true);
  }));
  CHECK(is_refused(32, [] { ldg128(shared_memory() + 4); }));
  CHECK(is_refused(32, [] { store128(shared_memory() + 8, Vec128{}); }));
  CHECK(is_refused(33, [] {}));
  CHECK(!is_refused(64, [] { syncthreads(); }));
}

int main() {
  check_half();
  check_collectives();
  check_memory();
  check_refusals();
  return summary("emulation", 4);
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::main(); }
