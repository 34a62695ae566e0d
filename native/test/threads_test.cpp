// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// One context shared by several threads, each of whose calls uses several threads itself. Under
// ThreadSanitizer a race inside the CPU backend ends the test.
#include <memory>
#include <thread>
#include <vector>

#include "expect.h"
#include "selection.h"

using namespace test;

namespace {

constexpr int kThreads = 3;

/// Large enough for an operator to share its work out.
struct Problem {
  Tensor query{TKZ_F32, {6, 8, 64}}, keys{TKZ_F32, {6, 8, 401, 64}}, tokens{TKZ_F32, {6, 401, 512}};
  tkz_visionzip_params params = budget(40, 8);
};

void compress(tkz_ctx* ctx, const Problem& p, Tensor& out) {
  Selection selection(p.params, 6, 401);
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_visionzip_workspace(&p.params, 6, 8, 401, 64, &bytes), int32_t{TKZ_OK});
  std::vector<char> memory(bytes + 256);
  void* workspace = memory.data() + (256 - reinterpret_cast<uintptr_t>(memory.data()) % 256) % 256;
  EXPECT_EQUAL(tkz_visionzip(ctx, nullptr, &p.params, nullptr, &p.query.view, &p.keys.view,
                             &p.tokens.view, &selection.view, &out.view, workspace, bytes),
               int32_t{TKZ_OK});
}

void threads_share_a_context() {
  Problem problem;
  problem.query.randomize(1);
  problem.keys.randomize(2);
  problem.tokens.randomize(3);
  tkz_ctx* ctx = nullptr;
  EXPECT_EQUAL(tkz_ctx_create(TKZ_BACKEND_CPU, 0, 3, &ctx), int32_t{TKZ_OK});
  Tensor alone(TKZ_F32, {6, 48, 512});
  compress(ctx, problem, alone);
  std::vector<std::unique_ptr<Tensor>> outs;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    outs.push_back(std::make_unique<Tensor>(TKZ_F32, std::vector<int64_t>{6, 48, 512}));
    threads.emplace_back([&, out = outs.back().get()] { compress(ctx, problem, *out); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::unique_ptr<Tensor>& out : outs) {
    EXPECT_EQUAL(memcmp(out->view.data, alone.view.data, 6 * 48 * 512 * sizeof(float)), 0);
  }
  tkz_ctx_destroy(ctx);
}

}  // namespace

int main() {
  run("threads_share_a_context", threads_share_a_context);
  return result();
}
