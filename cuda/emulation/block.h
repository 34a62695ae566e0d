// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the blocks of a grid one after another, each thread on a fiber. Threads only change at warp
// operations and barriers, in an order drawn from the schedule seed. What real hardware leaves
// undefined ends the process with a sentence: a warp operation or barrier that not all of its
// threads reach, or that they reach at different places.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "emulation/fiber.h"

namespace tkz::emulation {

/// A place in a kernel's source.
struct Site {
  const char* file;
  int line;
};

class Block {
 public:
  Block(int threads, size_t shared_bytes, uint64_t seed);

  /// Runs the block of this index to its end. Shared memory is poisoned first.
  void run(int index, const std::function<void()>& kernel);

  // What the running thread may ask for; see common/device.cuh.
  int thread_index() const { return running_; }
  int block_index() const { return index_; }
  unsigned char* shared_memory() { return shared_.get(); }
  /// The values all 32 lanes of the warp bring to the same operation.
  const uint64_t* exchange(uint64_t value, Site site);
  /// Number of threads that bring a true predicate to the barrier.
  int barrier(bool predicate, Site site);
  void defer_copy(void* to, const void* from);
  void commit_copies();
  void finish_copies(int pending_groups);

 private:
  enum class State { kReady, kAtWarp, kAtBarrier, kDone };

  struct Copy {
    void* to;
    const void* from;
  };

  struct Thread {
    State state;
    Site site;
    std::vector<Copy> open_copies;
    std::vector<std::vector<Copy>> copy_groups;
  };

  // Results stay readable for one generation more: nobody can be further ahead than that.
  struct Warp {
    int arrived = 0;
    unsigned generation = 0;
    uint64_t values[2][32];
  };

  static void enter();
  void wait(State state, Site site);
  void check_site(Site site, int first, int last, State state) const;
  void release(int first, int last);
  int next();
  [[noreturn]] void report_stuck() const;

  const int thread_count_;
  const size_t shared_bytes_;
  const std::unique_ptr<unsigned char[]> shared_;
  const int policy_;
  std::mt19937_64 random_;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::vector<int> ready_;
  int arrived_ = 0;
  unsigned generation_ = 0;
  int true_predicates_[2] = {0, 0};
  int running_ = 0;
  int index_ = 0;
  const std::function<void()>* kernel_ = nullptr;
};

/// Seed of the schedules of later launches on the calling thread.
void set_schedule_seed(uint64_t seed);

/// Runs a whole grid on the calling thread.
void run_grid(int blocks, int threads, size_t shared_bytes, const std::function<void()>& kernel);

/// The block that the calling thread is running.
Block& current_block();

}  // namespace tkz::emulation
