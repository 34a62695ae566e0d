// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every bad argument of the selection operators gets its status and its sentence, and nothing is
// written.
#include "expect.h"
#include "ints.h"
#include "tensors.h"

using namespace test;

namespace {

/// A small correct call of every operator: B 2, N 6, R 3, n 4, k 2, K 5. Each test breaks one
/// thing.
struct Call {
  Context ctx;
  Tensor scores{TKZ_F32, {2, 6}}, packed{TKZ_F32, {1, 9}}, threshold{TKZ_F32, {2}};
  Tensor values{TKZ_F32, {2, 2}}, rows{TKZ_F32, {2, 3, 4}}, out{TKZ_F32, {2, 6}};
  Ints indices{{2, 2}}, listed{{2, 5}}, chosen{{2, 3, 5}}, count{{2}}, found{{2, 3}}, flags{{2}};
  Ints position{{2, 6}, std::vector<int32_t>(12, 1)}, counts{{2}, {3, 4}};
  std::vector<int32_t> offsets = {0, 4, 9};
  tkz_top_k_params top = {sizeof top, 0, 2};
  tkz_stride_targets_params stride = {sizeof stride, 0, 6};
  tkz_quantile_select_params quantile = {sizeof quantile, 0, 0.5};
  tkz_local_penalty_params penalty = {sizeof penalty, 2.0f, 4, 4, 2, 2};
  tkz_ragged batch = {sizeof batch, 0, 2, 5, offsets.data()};
  const tkz_ragged* ragged = nullptr;

  int32_t top_k() {
    return tkz_top_k(ctx, nullptr, &top, ragged, ragged ? &packed.view : &scores.view,
                     &indices.view, &values.view, flags.data.data());
  }
  int32_t threshold_select() {
    return tkz_threshold_select(ctx, nullptr, ragged, &scores.view, &threshold.view, &listed.view,
                                &count.view, flags.data.data());
  }
  int32_t stride_targets() {
    return tkz_stride_targets(ctx, nullptr, &stride, ragged, &counts.view, &listed.view);
  }
  int32_t quantile_select() {
    return tkz_quantile_select(ctx, nullptr, &quantile, ragged, &rows.view, &counts.view,
                               &chosen.view, &found.view, flags.data.data());
  }
  int32_t local_penalty() {
    return tkz_local_penalty(ctx, nullptr, &penalty, ragged, &scores.view, &position.view,
                             &out.view, flags.data.data());
  }
};

struct Case {
  int32_t status;
  const char* sentence;
  std::function<int32_t(Call&)> call;
};

#define BREAK(what, call) \
  [](Call& c) {           \
    what;                 \
    return c.call();      \
  }

const Case kCases[] = {
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: ctx must not be null, got null",
     [](Call& c) {
       return tkz_top_k(nullptr, nullptr, &c.top, nullptr, &c.scores.view, &c.indices.view, nullptr,
                        nullptr);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: params must not be null, got null",
     [](Call& c) {
       return tkz_top_k(c.ctx, nullptr, nullptr, nullptr, &c.scores.view, &c.indices.view, nullptr,
                        nullptr);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: params.size must be 16, got 3",
     BREAK(c.top.size = 3, top_k)},
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: params.ranked must be 0 or 1, got 2",
     BREAK(c.top.ranked = 2, top_k)},
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: params.k must be from 0 to 6, got 7",
     BREAK(c.top.k = 7, top_k)},
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: params.k must be from 0 to 6, got -1",
     BREAK(c.top.k = -1, top_k)},
    {TKZ_INVALID_SHAPE, "tkz_top_k: extent k of indices [B,k] must be 3 as params.k has it, got 2",
     BREAK(c.top.k = 3, top_k)},
    {TKZ_UNSUPPORTED_DTYPE, "tkz_top_k: indices must be int32, got int64",
     BREAK(c.indices.view.dtype = TKZ_I64, top_k)},
    {TKZ_UNSUPPORTED_DTYPE, "tkz_top_k: scores must be fp32, got int32",
     BREAK(c.scores.view.dtype = TKZ_I32, top_k)},
    {TKZ_INVALID_SHAPE, "tkz_top_k: stride B of values [B,k] must be 2 (contiguous), got 4",
     BREAK(c.values.view.stride[0] = 4, top_k)},
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: ragged.size must be 32, got 0",
     BREAK((c.ragged = &c.batch, c.batch.size = 0), top_k)},
    {TKZ_INVALID_ARGUMENT, "tkz_top_k: ragged.offsets must not be null, got null",
     BREAK((c.ragged = &c.batch, c.batch.offsets = nullptr), top_k)},
    {TKZ_INVALID_SHAPE,
     "tkz_top_k: extent B of indices [B,k] must be 3 as ragged.batch has it, got 2",
     BREAK((c.ragged = &c.batch, c.batch.batch = 3), top_k)},
    {TKZ_INVALID_SHAPE,
     "tkz_threshold_select: extent O of scores [O,T] must be 1 as a ragged batch has it, got 2",
     BREAK(c.ragged = &c.batch, threshold_select)},
    {TKZ_INVALID_SHAPE,
     "tkz_threshold_select: extent B of threshold [B] must be 2 as scores has it, got 1",
     BREAK(c.threshold.view.shape[0] = 1, threshold_select)},
    {TKZ_INVALID_ARGUMENT, "tkz_threshold_select: data of count must not be null, got null",
     BREAK(c.count.view.data = nullptr, threshold_select)},
    {TKZ_INVALID_ARGUMENT, "tkz_stride_targets: params.tokens must be from 0 to 2147483647, got -2",
     BREAK(c.stride.tokens = -2, stride_targets)},
    {TKZ_INVALID_ARGUMENT, "tkz_stride_targets: params.reserved must be 0, got 1",
     BREAK(c.stride.reserved = 1, stride_targets)},
    {TKZ_INVALID_ARGUMENT,
     "tkz_stride_targets: params.tokens must be from 0 to 0 as the batch is ragged, got 6",
     BREAK(c.ragged = &c.batch, stride_targets)},
    {TKZ_INVALID_ARGUMENT,
     "tkz_stride_targets: counts must be null as the batch is ragged, got a tensor",
     BREAK((c.ragged = &c.batch, c.stride.tokens = 0), stride_targets)},
    {TKZ_INVALID_ARGUMENT, "tkz_quantile_select: params.epsilon must be from 0 to 1, got 1.25",
     BREAK(c.quantile.epsilon = 1.25, quantile_select)},
    {TKZ_INVALID_ARGUMENT, "tkz_quantile_select: params.epsilon must be from 0 to 1, got nan",
     BREAK(c.quantile.epsilon = __builtin_nan(""), quantile_select)},
    {TKZ_INVALID_SHAPE,
     "tkz_quantile_select: extent n of values [B,R,n] must be 5 as ragged.max_tokens has it, got 4",
     BREAK(c.ragged = &c.batch, quantile_select)},
    {TKZ_INVALID_SHAPE,
     "tkz_quantile_select: extent R of count [B,R] must be 3 as values has it, got 2",
     BREAK(c.found.view.shape[1] = 2, quantile_select)},
    {TKZ_INVALID_ARGUMENT,
     "tkz_local_penalty: params.coefficient must be finite and above 0, got 0",
     BREAK(c.penalty.coefficient = 0, local_penalty)},
    {TKZ_INVALID_ARGUMENT,
     "tkz_local_penalty: params.grid must be from 1 x 1 to 2147483647 cells, got 65536 x 65536",
     BREAK((c.penalty.grid_h = c.penalty.grid_w = 65536), local_penalty)},
    {TKZ_INVALID_ARGUMENT, "tkz_local_penalty: params.window must be 1 x 1 or more, got 0 x 2",
     BREAK(c.penalty.window_h = 0, local_penalty)},
    {TKZ_INVALID_SHAPE,
     "tkz_local_penalty: extent N of position [B,N] must be 6 as scores has it, got 5",
     BREAK(c.position.view.shape[1] = 5, local_penalty)},
};

void good_calls_succeed() {
  Call call;
  EXPECT_EQUAL(call.top_k(), int32_t{TKZ_OK});
  EXPECT_EQUAL(call.threshold_select(), int32_t{TKZ_OK});
  EXPECT_EQUAL(call.stride_targets(), int32_t{TKZ_OK});
  EXPECT_EQUAL(call.quantile_select(), int32_t{TKZ_OK});
  EXPECT_EQUAL(call.local_penalty(), int32_t{TKZ_OK});
  call.ragged = &call.batch;
  EXPECT_EQUAL(call.top_k(), int32_t{TKZ_OK});
}

void bad_arguments_are_refused() {
  for (const Case& bad : kCases) {
    context() = bad.sentence;
    Call call;
    const Call untouched;
    EXPECT_EQUAL(bad.call(call), bad.status);
    EXPECT_EQUAL(std::string(tkz_last_error()), std::string(bad.sentence));
    EXPECT_LIST(call.indices.data, untouched.indices.data);
    EXPECT_LIST(call.listed.data, untouched.listed.data);
    EXPECT_LIST(call.chosen.data, untouched.chosen.data);
    EXPECT_LIST(call.count.data, untouched.count.data);
    EXPECT_LIST(call.flags.data, untouched.flags.data);
    EXPECT_EQUAL(call.out.bytes() == untouched.out.bytes(), true);
  }
}

/// Rows longer than the kernels take are refused where there are kernels.
void kernel_limits_are_checked() {
  for (const int32_t backend : backends()) {
    if (backend == TKZ_BACKEND_CPU) continue;
    const Context ctx(backend);
    Tensor scores(TKZ_F32, {1, 36865}), fits(TKZ_F32, {1, 36864}), rows(TKZ_F32, {1, 1, 36865});
    Ints one({1, 1}), many({1, 4097}), list({1, 1, 1}), count({1, 1});
    tkz_top_k_params params = {sizeof params, 0, 1};
    EXPECT_EQUAL(
        tkz_top_k(ctx, nullptr, &params, nullptr, &scores.view, &one.view, nullptr, nullptr),
        int32_t{TKZ_INVALID_SHAPE});
    EXPECT_EQUAL(std::string(tkz_last_error()),
                 "tkz_top_k: tokens N must be at most 36864 on emulated CUDA, got 36865");
    params = {sizeof params, 1, 4097};
    EXPECT_EQUAL(
        tkz_top_k(ctx, nullptr, &params, nullptr, &fits.view, &many.view, nullptr, nullptr),
        int32_t{TKZ_INVALID_SHAPE});
    EXPECT_EQUAL(std::string(tkz_last_error()),
                 "tkz_top_k: ranked k must be at most 4096 on emulated CUDA, got 4097");
    const tkz_quantile_select_params quantile = {sizeof quantile, 0, 0.5};
    EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &quantile, nullptr, &rows.view, nullptr,
                                     &list.view, &count.view, nullptr),
                 int32_t{TKZ_INVALID_SHAPE});
    EXPECT_EQUAL(
        std::string(tkz_last_error()),
        "tkz_quantile_select: entries n must be at most 36864 on emulated CUDA, got 36865");
  }
}

/// Offsets that are not what they should be reach nothing that is not theirs.
void wild_offsets_stay_in_bounds() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    Call c;
    for (const std::vector<int32_t>& wild :
         {std::vector<int32_t>{5, 2, 7}, {-9, 100, 1000}, {0, INT32_MAX, INT32_MIN}}) {
      c.batch.offsets = wild.data();
      Ints position({1, 9}, std::vector<int32_t>(9, 1));
      Tensor out(TKZ_F32, {1, 9});
      EXPECT_EQUAL(tkz_top_k(ctx, nullptr, &c.top, &c.batch, &c.packed.view, &c.indices.view,
                             &c.values.view, c.flags.data.data()),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_threshold_select(ctx, nullptr, &c.batch, &c.packed.view, &c.threshold.view,
                                        &c.listed.view, &c.count.view, c.flags.data.data()),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_local_penalty(ctx, nullptr, &c.penalty, &c.batch, &c.packed.view,
                                     &position.view, &out.view, c.flags.data.data()),
                   int32_t{TKZ_OK});
      for (const int32_t i : c.listed.data) EXPECT_EQUAL(i >= -1 && i < 5, true);
    }
  }
}

}  // namespace

int main() {
  run("good_calls_succeed", good_calls_succeed);
  run("bad_arguments_are_refused", bad_arguments_are_refused);
  run("kernel_limits_are_checked", kernel_limits_are_checked);
  run("wild_offsets_stay_in_bounds", wild_offsets_stay_in_bounds);
  return result();
}
