// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operator in a CUDA graph: a call can be captured, and every replay leaves the bits of a
// plain call, also after the inputs have changed under the graph. For a GPU only.
#include <cuda_runtime.h>

#include <new>

#include "every_operator.h"

namespace {

/// Page-locked memory, which the GPU reaches at the address the CPU has for it. While there is
/// some, everything that this program allocates comes from it and none is returned.
unsigned char *arena = nullptr, *arena_next = nullptr, *arena_end = nullptr;

}  // namespace

// Not inlined: the compiler takes new and free for a mismatch where it sees both.
__attribute__((noinline)) void* operator new(size_t bytes) {
  constexpr size_t kAlignment = 256;
  unsigned char* const memory = arena_next;
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (memory != nullptr && rounded <= static_cast<size_t>(arena_end - memory)) {
    arena_next += rounded;
    return memory;
  }
  if (void* const other = malloc(bytes > 0 ? bytes : 1)) return other;
  throw std::bad_alloc();
}

__attribute__((noinline)) void operator delete(void* memory) noexcept {
  if (memory < arena || memory >= arena_end) free(memory);
}
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept {
  operator delete(memory);
}

namespace test {
namespace {

void must(cudaError_t error) {
  if (error == cudaSuccess) return;
  fprintf(stderr, "%s: %s\n", cudaGetErrorName(error), cudaGetErrorString(error));
  exit(1);
}

struct Replay {
  const char* name;
  cudaGraphExec_t graph;
};

void plainly(const char* name, const std::function<int32_t()>& call) {
  context() = name;
  EXPECT_EQUAL(call(), int32_t{TKZ_OK});
}

std::vector<Replay> captured(EveryOperator& every, tkz_ctx* ctx, cudaStream_t stream) {
  std::vector<Replay> all;
  every.for_each(ctx, stream, [&](const char* name, const std::function<int32_t()>& call) {
    cudaGraph_t graph;
    must(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    plainly(name, call);
    must(cudaStreamEndCapture(stream, &graph));
    size_t nodes = 0;
    must(cudaGraphGetNodes(graph, nullptr, &nodes));
    printf("%s: %zu launches\n", name, nodes);
    EXPECT_EQUAL(nodes > 0, true);
    all.push_back({name, nullptr});
    must(cudaGraphInstantiate(&all.back().graph, graph, 0));
    must(cudaGraphDestroy(graph));
  });
  return all;
}

void replays_leave_the_bits_of_calls(cudaStream_t stream) {
  const Context ctx(TKZ_BACKEND_CUDA);
  EXPECT_EQUAL(tkz_preload(ctx), int32_t{TKZ_OK});
  EveryOperator plain, replayed;
  const std::vector<Replay> replays = captured(replayed, ctx, stream);
  for (uint32_t change = 0; change < 3; change++) {
    for (EveryOperator* one : {&plain, &replayed}) {
      for (Tensor* input : {&one->in.cls, &one->in.query, &one->in.tokens, &one->in.scores}) {
        input->randomize(100 + change);
      }
    }
    plain.forget(1);
    plain.for_each(ctx, stream, plainly);
    must(cudaStreamSynchronize(stream));
    for (int again = 2; again < 7; again++) {
      replayed.forget(again);
      for (const Replay& replay : replays) must(cudaGraphLaunch(replay.graph, stream));
      must(cudaStreamSynchronize(stream));
      replayed.out.expect_same(plain.out);
    }
  }
  for (const Replay& replay : replays) must(cudaGraphExecDestroy(replay.graph));
}

}  // namespace
}  // namespace test

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    puts("skipped: expected a usable device");
    return 77;
  }
  constexpr size_t kArena = size_t{64} << 20;
  void* memory;
  test::must(cudaHostAlloc(&memory, kArena, cudaHostAllocDefault));
  arena = arena_next = static_cast<unsigned char*>(memory);
  arena_end = arena + kArena;
  cudaStream_t stream;
  test::must(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  test::replays_leave_the_bits_of_calls(stream);
  test::must(cudaStreamDestroy(stream));
  return test::result();
}
