// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

#include "emulation/block.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tkz::emulation {
namespace {

constexpr int kWarp = 32;

// Stacks are kept for the next launch: one set per host thread.
thread_local std::vector<std::unique_ptr<Fiber>> fibers;
thread_local Block* current = nullptr;
thread_local uint64_t schedule_seed = 1;

[[noreturn]] void fail(const char* sentence, int thread, Site site, int other, Site other_site) {
  fprintf(stderr, "emulation: %s: thread %d at %s:%d, thread %d at %s:%d\n", sentence, thread,
          site.file, site.line, other, other_site.file, other_site.line);
  abort();
}

}  // namespace

void set_schedule_seed(uint64_t seed) { schedule_seed = seed; }

Block& current_block() { return *current; }

void run_grid(int blocks, int threads, size_t shared_bytes, const std::function<void()>& kernel) {
  Block block(threads, shared_bytes, schedule_seed);
  current = &block;
  const bool backwards = schedule_seed % 2 == 0;
  for (int i = 0; i < blocks; ++i) block.run(backwards ? blocks - 1 - i : i, kernel);
  current = nullptr;
}

Block::Block(int threads, size_t shared_bytes, uint64_t seed)
    : thread_count_(threads),
      shared_bytes_(shared_bytes),
      shared_(new unsigned char[shared_bytes]),
      policy_(static_cast<int>(seed % 4)),
      random_(seed),
      threads_(threads),
      warps_(threads / kWarp) {
  if (threads % kWarp != 0) {
    fprintf(stderr, "emulation: a block needs whole warps, got %d threads\n", threads);
    abort();
  }
  while (static_cast<int>(fibers.size()) < threads) {
    fibers.push_back(std::make_unique<Fiber>(&Block::enter));
  }
}

// A fiber never returns from here: after a block it is suspended and enters the next one's kernel.
void Block::enter() {
  fibers[current->running_]->arrive();
  for (;;) {
    (*current->kernel_)();
    current->threads_[current->running_].state = State::kDone;
    fibers[current->running_]->suspend();
  }
}

void Block::run(int index, const std::function<void()>& kernel) {
  index_ = index;
  kernel_ = &kernel;
  std::fill_n(shared_.get(), shared_bytes_, 0xff);  // NaN as a float, -1 as an integer
  for (Thread& thread : threads_) thread = {State::kReady, {"", 0}, {}, {}};
  release(0, thread_count_);
  while (!ready_.empty()) {
    running_ = next();
    fibers[running_]->resume();
  }
  for (const Thread& thread : threads_) {
    if (thread.state != State::kDone) report_stuck();
  }
}

// Policies 0 and 1 draw at random, 2 lets one warp run as far ahead as it can, 3 keeps all in step.
int Block::next() {
  size_t choice = 0;
  if (policy_ < 2) choice = random_() % ready_.size();
  if (policy_ == 2) choice = ready_.size() - 1;
  const int thread = ready_[choice];
  if (policy_ == 3) {
    ready_.erase(ready_.begin());
  } else {
    ready_[choice] = ready_.back();
    ready_.pop_back();
  }
  return thread;
}

void Block::release(int first, int last) {
  const size_t begin = ready_.size();
  for (int t = first; t < last; ++t) {
    threads_[t].state = State::kReady;
    ready_.push_back(t);
  }
  std::shuffle(ready_.begin() + begin, ready_.end(), random_);
}

void Block::wait(State state, Site site) {
  threads_[running_].state = state;
  threads_[running_].site = site;
  fibers[running_]->suspend();
}

void Block::check_site(Site site, int first, int last, State state) const {
  for (int t = first; t < last; ++t) {
    const Thread& other = threads_[t];
    if (other.state != state) continue;
    if (other.site.line != site.line || strcmp(other.site.file, site.file) != 0) {
      fail("threads diverged", running_, site, t, other.site);
    }
    return;  // the ones before it were compared with each other
  }
}

const uint64_t* Block::exchange(uint64_t value, Site site) {
  const int first = running_ / kWarp * kWarp;
  Warp& warp = warps_[first / kWarp];
  const uint64_t* const result = warp.values[warp.generation % 2];
  warp.values[warp.generation % 2][running_ % kWarp] = value;
  check_site(site, first, first + kWarp, State::kAtWarp);
  if (++warp.arrived == kWarp) {
    warp.arrived = 0;
    ++warp.generation;
    release(first, first + kWarp);
    fibers[running_]->suspend();
  } else {
    wait(State::kAtWarp, site);
  }
  return result;
}

int Block::barrier(bool predicate, Site site) {
  const unsigned slot = generation_ % 2;
  if (arrived_ == 0) true_predicates_[slot] = 0;
  true_predicates_[slot] += predicate;
  check_site(site, 0, thread_count_, State::kAtBarrier);
  if (++arrived_ == thread_count_) {
    arrived_ = 0;
    ++generation_;
    release(0, thread_count_);
    fibers[running_]->suspend();
  } else {
    wait(State::kAtBarrier, site);
  }
  return true_predicates_[slot];
}

void Block::defer_copy(void* to, const void* from) {
  threads_[running_].open_copies.push_back({to, from});
}

void Block::commit_copies() {
  Thread& thread = threads_[running_];
  thread.copy_groups.push_back(std::move(thread.open_copies));
  thread.open_copies.clear();
}

void Block::finish_copies(int pending_groups) {
  auto& groups = threads_[running_].copy_groups;
  while (static_cast<int>(groups.size()) > pending_groups) {
    for (const Copy& copy : groups.front()) memcpy(copy.to, copy.from, 16);
    groups.erase(groups.begin());
  }
}

void Block::report_stuck() const {
  const auto waiting = std::find_if(threads_.begin(), threads_.end(),
                                    [](const Thread& t) { return t.state != State::kDone; });
  const bool at_barrier = waiting->state == State::kAtBarrier;
  const int thread = static_cast<int>(waiting - threads_.begin());
  const int first = at_barrier ? 0 : thread / kWarp * kWarp;
  const int last = at_barrier ? thread_count_ : first + kWarp;
  int missing = first;
  while (missing + 1 < last && threads_[missing].state == waiting->state) ++missing;
  fail(threads_[missing].state == State::kDone ? "a thread left before a collective operation"
                                               : "threads wait for each other",
       thread, waiting->site, missing, threads_[missing].site);
}

}  // namespace tkz::emulation
