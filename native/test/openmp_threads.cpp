// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of GCC's OpenMP runtime that the CPU backend uses, on std::thread. ThreadSanitizer does
// not see the synchronisation inside libgomp and would report every barrier as a race; it sees
// this one. Linked instead of libgomp where TOKENZIP_SANITIZE is "thread", and nowhere else.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace {

constexpr int kDefaultThreads = 4;

/// One loop or single construct, shared by the threads that meet it.
struct Construct {
  long next, end, increment, chunk;
  bool taken;
};

struct Team {
  explicit Team(int threads) : size(threads) {}

  /// The construct that a thread meets as its `index`-th; made by whoever comes first.
  Construct& construct(size_t index) {
    while (constructs.size() <= index) constructs.push_back({0, 0, 0, 0, false});
    return constructs[index];
  }

  void barrier() {
    std::unique_lock<std::mutex> lock(mutex);
    const unsigned long turn = turns;
    if (++waiting == size) {
      waiting = 0;
      turns++;
      all_here.notify_all();
    } else {
      all_here.wait(lock, [&] { return turns != turn; });
    }
  }

  const int size;
  std::mutex mutex;
  std::condition_variable all_here;
  std::deque<Construct> constructs;
  int waiting = 0;
  unsigned long turns = 0;
};

struct Member {
  Team* team = nullptr;
  int number = 0;
  size_t met = 0;
  Construct* loop = nullptr;
};

thread_local Member member;

bool next_chunk(long* begin, long* end) {
  std::lock_guard<std::mutex> lock(member.team->mutex);
  Construct& loop = *member.loop;
  if (loop.next >= loop.end) return false;
  *begin = loop.next;
  const long last = loop.next + loop.chunk * loop.increment;
  *end = last < loop.end ? last : loop.end;
  loop.next = *end;
  return true;
}

}  // namespace

extern "C" {

void GOMP_parallel(void (*body)(void*), void* data, unsigned threads, unsigned) {
  Team team(threads == 0 ? kDefaultThreads : static_cast<int>(threads));
  const Member outer = member;
  const auto run = [&](int number) {
    member = {&team, number, 0, nullptr};
    body(data);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < team.size; i++) others.emplace_back(run, i);
  run(0);
  for (std::thread& other : others) other.join();
  member = outer;
}

void GOMP_barrier() { member.team->barrier(); }

bool GOMP_single_start() {
  std::lock_guard<std::mutex> lock(member.team->mutex);
  Construct& single = member.team->construct(member.met++);
  const bool mine = !single.taken;
  single.taken = true;
  return mine;
}

/// Loops that count upwards, which are the ones there are.
bool GOMP_loop_nonmonotonic_dynamic_start(long start, long end, long increment, long chunk,
                                          long* chunk_begin, long* chunk_end) {
  {
    std::lock_guard<std::mutex> lock(member.team->mutex);
    member.loop = &member.team->construct(member.met++);
    if (!member.loop->taken) *member.loop = {start, end, increment, chunk, true};
  }
  return next_chunk(chunk_begin, chunk_end);
}

bool GOMP_loop_nonmonotonic_dynamic_next(long* begin, long* end) { return next_chunk(begin, end); }
void GOMP_loop_end() { member.team->barrier(); }
void GOMP_loop_end_nowait() {}

int omp_get_thread_num() { return member.number; }
int omp_get_num_threads() { return member.team == nullptr ? 1 : member.team->size; }
int omp_get_max_threads() { return kDefaultThreads; }

}  // extern "C"
