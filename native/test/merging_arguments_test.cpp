// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every bad argument of the merges gets its status and its sentence, and nothing is written.
#include <string>

#include "expect.h"
#include "index_tensor.h"
#include "tensors.h"

using namespace test;

namespace {

/// A small correct call of every operator: B 2, n 6, c 3, D 4. Each test breaks one thing.
struct Call {
  Context ctx;
  Tensor tokens{TKZ_F32, {2, 6, 4}}, target{TKZ_F32, {2, 3, 4}}, one{TKZ_F32, {2, 1, 4}};
  Tensor out{TKZ_F32, {2, 3, 4}}, same{TKZ_F32, {2, 6, 4}}, half{TKZ_F16, {2, 6, 4}};
  Tensor weight{TKZ_F32, {2, 6}}, size{TKZ_F32, {2, 3}}, out_size{TKZ_F32, {2, 3}};
  Tensor share{TKZ_F32, {2, 3, 2}};
  IndexTensor assign{{2, 6}, 0}, index{{2, 3}, 0}, plan{{2, 3, 2}, 0}, partner{{2, 3, 2}, 0};
  tkz_merge_params params{sizeof(tkz_merge_params), TKZ_TARGET_PLUS_MEAN};
  int32_t offsets[3] = {0, 3, 6};
  tkz_ragged ragged{sizeof(tkz_ragged), 0, 2, 3, offsets};
  const tkz_ragged* pictures = nullptr;
  const tkz_tensor* pieces[2] = {&tokens.view, &one.view};
  int32_t piece_count = 2;
  alignas(256) char memory[2048];
  void* workspace = memory;
  size_t bytes = sizeof memory;

  int32_t gather() {
    return tkz_gather(ctx, nullptr, pictures, &tokens.view, &index.view, &out.view);
  }
  int32_t layout() {
    return tkz_layout(ctx, nullptr, pictures, pieces, piece_count, &plan.view, &out.view);
  }
  int32_t weighted_sum() {
    return tkz_weighted_sum(ctx, nullptr, pictures, &tokens.view, &weight.view, &index.view,
                            &one.view);
  }
  int32_t mean() {
    return tkz_target_mean_merge(ctx, nullptr, &params, pictures, &target.view, &tokens.view,
                                 &assign.view, &out.view, workspace, bytes);
  }
  int32_t by_size() {
    return tkz_size_weighted_merge(ctx, nullptr, pictures, &target.view, &size.view, &tokens.view,
                                   &weight.view, &assign.view, &out.view, &out_size.view, workspace,
                                   bytes);
  }
  int32_t self_preserving() {
    return tkz_self_preserving_merge(ctx, nullptr, pictures, &tokens.view, &target.view,
                                     &partner.view, &share.view, &same.view, workspace, bytes);
  }
  int32_t add() {
    return tkz_scatter_add(ctx, nullptr, pictures, &tokens.view, &assign.view, &target.view,
                           &out.view, workspace, bytes);
  }
};

struct Case {
  int32_t status;
  const char* sentence;
  std::function<int32_t(Call&)> call;
};

const Case kCases[] = {
    {TKZ_INVALID_ARGUMENT, "tkz_gather: ctx must not be null, got null",
     [](Call& c) {
       return tkz_gather(nullptr, nullptr, nullptr, &c.tokens.view, &c.index.view, &c.out.view);
     }},
    {TKZ_UNSUPPORTED_DTYPE, "tkz_gather: index must be int32, got fp32",
     [](Call& c) {
       c.index.view.dtype = TKZ_F32;
       return c.gather();
     }},
    {TKZ_INVALID_SHAPE, "tkz_gather: extent k of out [B,k,D] must be 3 as index has it, got 2",
     [](Call& c) {
       c.out.view.shape[1] = 2;
       return c.gather();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_gather: out must be fp16 as tokens is, got fp32",
     [](Call& c) {
       c.tokens.view = c.half.view;
       return c.gather();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_gather: extent o of tokens [o,t,D] must be 1 as a tensor of all pictures has it, got 2",
     [](Call& c) {
       c.pictures = &c.ragged;
       return c.gather();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_gather: ragged.size must be 32, got 3",
     [](Call& c) {
       c.pictures = &c.ragged;
       c.ragged.size = 3;
       return c.gather();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_layout: piece_count must be from 1 to 8, got 9",
     [](Call& c) {
       c.piece_count = 9;
       return c.layout();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_layout: pieces[1] must not be null, got null",
     [](Call& c) {
       c.pieces[1] = nullptr;
       return c.layout();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_layout: pieces[0] must be fp32 as out is, got fp16",
     [](Call& c) {
       c.pieces[0] = &c.half.view;
       return c.layout();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_layout: extent p of plan [B,m,p] must be 2 as a pair of piece and row has it, got 1",
     [](Call& c) {
       c.plan.view.shape[2] = 1;
       return c.layout();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_weighted_sum: extent n of weight [B,n] must be 6 as tokens has it, got 5",
     [](Call& c) {
       c.weight.view.shape[1] = 5;
       return c.weighted_sum();
     }},
    {TKZ_INVALID_SHAPE, "tkz_weighted_sum: extent D of tokens must be 1 or more, got 0",
     [](Call& c) {
       c.tokens.view.shape[2] = c.one.view.shape[2] = 0;
       return c.weighted_sum();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_target_mean_merge: params must not be null, got null",
     [](Call& c) {
       return tkz_target_mean_merge(c.ctx, nullptr, nullptr, nullptr, &c.target.view,
                                    &c.tokens.view, &c.assign.view, &c.out.view, c.workspace,
                                    c.bytes);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_target_mean_merge: params.size must be 8, got 4",
     [](Call& c) {
       c.params.size = 4;
       return c.mean();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_target_mean_merge: params.mode must be 0 or 1, got 2",
     [](Call& c) {
       c.params.mode = 2;
       return c.mean();
     }},
    {TKZ_WORKSPACE_TOO_SMALL,
     "tkz_target_mean_merge: workspace must have at least 768 bytes, got 767",
     [](Call& c) {
       c.bytes = 767;
       return c.mean();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_scatter_add: workspace must not be null, got null",
     [](Call& c) {
       c.workspace = nullptr;
       return c.add();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_size_weighted_merge: extent c of out_size [B,c] must be 3 as target has it, got 2",
     [](Call& c) {
       c.out_size.view.shape[1] = 2;
       return c.by_size();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_self_preserving_merge: extent K of weight [B,r,K] must be 2 as index has it, got 1",
     [](Call& c) {
       c.share.view.shape[2] = 1;
       return c.self_preserving();
     }},
    {TKZ_INVALID_SHAPE, "tkz_merge_workspace: entries must be from 0 to 1073741824, got -1",
     [](Call& c) { return tkz_merge_workspace(1, -1, 1, &c.bytes); }},
    {TKZ_INVALID_ARGUMENT, "tkz_merge_workspace: bytes must not be null, got null",
     [](Call&) { return tkz_merge_workspace(1, 1, 1, nullptr); }},
};

void correct_calls_are_taken() {
  Call c;
  for (const int32_t status : {c.gather(), c.layout(), c.weighted_sum(), c.mean(), c.by_size(),
                               c.self_preserving(), c.add()}) {
    EXPECT_EQUAL(status, int32_t{TKZ_OK});
  }
}

}  // namespace

int main() {
  run("correct calls", correct_calls_are_taken);
  for (const Case& test : kCases) {
    run(test.sentence, [&] {
      Call c;
      const auto out = c.out.bytes(), one = c.one.bytes(), same = c.same.bytes();
      EXPECT_EQUAL(test.call(c), test.status);
      EXPECT_EQUAL(std::string(tkz_last_error()), std::string(test.sentence));
      EXPECT_EQUAL(c.out.bytes() == out && c.one.bytes() == one && c.same.bytes() == same, true);
    });
  }
  return result();
}
