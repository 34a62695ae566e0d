// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every bad argument gets its status and its sentence, and nothing is written.
#include "expect.h"
#include "selection.h"

using namespace test;

namespace {

/// A small correct call of every operator: B 2, H 3, S 6, d 4, D 5, 3 + 1 tokens out. Each test
/// breaks one thing.
struct Call {
  Context ctx;
  Tensor query{TKZ_F32, {2, 3, 4}}, keys{TKZ_F32, {2, 3, 6, 4}}, logits{TKZ_F32, {2, 3, 6}};
  Tensor key_mean{TKZ_F32, {2, 6, 4}}, scores{TKZ_F32, {2, 5}}, map{TKZ_F32, {2, 3, 6, 6}};
  Tensor tokens{TKZ_F32, {2, 6, 5}}, out{TKZ_F32, {2, 4, 5}}, map_scores{TKZ_F32, {2, 6}};
  tkz_visionzip_params params = budget(3, 1);
  Selection selection{params, 2, 6};
  alignas(256) char workspace[1024];
  size_t workspace_bytes = sizeof workspace;

  Call() {
    query.randomize(1);
    keys.randomize(2);
    logits.randomize(3);
    key_mean.randomize(4);
    scores.randomize(5);
    map.randomize(6);
    tokens.randomize(7);
    whole();
  }

  int32_t score() {
    return tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &query.view, &keys.view, 1.0f,
                                   &logits.view, &key_mean.view);
  }
  int32_t mean() { return tkz_head_mean_keys(ctx, nullptr, nullptr, &keys.view, &key_mean.view); }
  int32_t row(int64_t row) {
    return tkz_attention_row_from_map(ctx, nullptr, nullptr, &map.view, row, TKZ_HEADS_SUM,
                                      &map_scores.view);
  }
  int32_t received() {
    return tkz_attention_received_from_map(ctx, nullptr, nullptr, &map.view, 0, -1, 0, -1,
                                           &map_scores.view);
  }
  int32_t from_logits() {
    return tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &logits.view, &key_mean.view,
                                       &selection.view);
  }
  int32_t from_scores() {
    return tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &scores.view, &key_mean.view,
                                       &selection.view);
  }
  int32_t merge() {
    return tkz_visionzip_merge(ctx, nullptr, &params, nullptr, &tokens.view, &selection.view,
                               &out.view);
  }
  int32_t whole() {
    return tkz_visionzip(ctx, nullptr, &params, nullptr, &query.view, &keys.view, &tokens.view,
                         &selection.view, &out.view, workspace, workspace_bytes);
  }
};

struct Case {
  int32_t status;
  const char* sentence;
  std::function<int32_t(Call&)> call;
};

const Case kCases[] = {
    {TKZ_INVALID_ARGUMENT, "tkz_cls_logits_key_mean: ctx must not be null, got null",
     [](Call& c) {
       return tkz_cls_logits_key_mean(nullptr, nullptr, nullptr, &c.query.view, &c.keys.view, 1.0f,
                                      &c.logits.view, &c.key_mean.view);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_head_mean_keys: keys must not be null, got null",
     [](Call& c) {
       return tkz_head_mean_keys(c.ctx, nullptr, nullptr, nullptr, &c.key_mean.view);
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_attention_received_from_map: data of map must not be null, got null",
     [](Call& c) {
       c.map.view.data = nullptr;
       return c.received();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_head_mean_keys: keys must be fp32, fp16 or bf16, got unknown dtype 9",
     [](Call& c) {
       c.keys.view.dtype = 9;
       return c.mean();
     }},
    {TKZ_UNSUPPORTED_DTYPE, "tkz_head_mean_keys: keys must be fp32, fp16 or bf16, got int64",
     [](Call& c) {
       c.keys.view.dtype = TKZ_I64;
       return c.mean();
     }},
    {TKZ_UNSUPPORTED_DTYPE, "tkz_attention_row_from_map: scores must be fp32, got bf16",
     [](Call& c) {
       c.map_scores.view.dtype = TKZ_BF16;
       return c.row(0);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_cls_logits_key_mean: keys must be fp32 as query is, got fp16",
     [](Call& c) {
       c.keys.view.dtype = TKZ_F16;
       return c.score();
     }},
    {TKZ_INVALID_SHAPE, "tkz_head_mean_keys: keys must have 4 dimensions [B,H,S,d], got 3",
     [](Call& c) {
       c.keys.view.ndim = 3;
       return c.mean();
     }},
    {TKZ_INVALID_SHAPE, "tkz_head_mean_keys: extent S of keys [B,H,S,d] must be 0 or more, got -6",
     [](Call& c) {
       c.keys.view.shape[2] = -6;
       return c.mean();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_head_mean_keys: keys must have at most 1099511627776 elements, got extent S = "
     "4611686018427387904",
     [](Call& c) {
       c.keys.view.shape[2] = int64_t{1} << 62;
       return c.mean();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_cls_logits_key_mean: extent d of keys [B,H,S,d] must be 5 as query has it, got 4",
     [](Call& c) {
       c.query.view.shape[2] = 5;
       return c.score();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_attention_received_from_map: extent S of map [B,H,S,S] must be 6 as map has it, got 7",
     [](Call& c) {
       c.map.view.shape[3] = 7;
       return c.received();
     }},
    {TKZ_INVALID_SHAPE, "tkz_head_mean_keys: stride d of keys [B,H,S,d] must be 1, got 2",
     [](Call& c) {
       c.keys.view.stride[3] = 2;
       return c.mean();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_head_mean_keys: stride S of key_mean [B,S,d] must be 4 (contiguous), got 8",
     [](Call& c) {
       c.key_mean.view.stride[1] = 8;
       return c.mean();
     }},
    {TKZ_INVALID_SHAPE, "tkz_cls_logits_key_mean: extent H of query must be 1 or more, got 0",
     [](Call& c) {
       for (tkz_tensor* t : {&c.query.view, &c.keys.view, &c.logits.view}) t->shape[1] = 0;
       return c.score();
     }},
    {TKZ_INVALID_SHAPE, "tkz_head_mean_keys: extent d of keys must be 1 or more, got 0",
     [](Call& c) {
       c.keys.view.shape[3] = c.key_mean.view.shape[2] = 0;
       return c.mean();
     }},
    {TKZ_INVALID_SHAPE, "tkz_attention_received_from_map: extent H of map must be 1 or more, got 0",
     [](Call& c) {
       c.map.view.shape[1] = 0;
       return c.received();
     }},
    {TKZ_INVALID_SHAPE, "tkz_attention_row_from_map: extent H of map must be 1 or more, got 0",
     [](Call& c) {
       c.map.view.shape[1] = 0;
       return c.row(0);
     }},
    {TKZ_INVALID_SHAPE, "tkz_visionzip_select_logits: extent H of logits must be 1 or more, got 0",
     [](Call& c) {
       c.logits.view.shape[1] = 0;
       return c.from_logits();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_visionzip_select_scores: extent d of key_mean must be 1 or more, got 0",
     [](Call& c) {
       c.key_mean.view.shape[2] = 0;
       return c.from_scores();
     }},
    {TKZ_INVALID_SHAPE, "tkz_visionzip_merge: extent D of tokens must be 1 or more, got 0",
     [](Call& c) {
       c.tokens.view.shape[2] = c.out.view.shape[2] = 0;
       return c.merge();
     }},
    {TKZ_INVALID_SHAPE, "tkz_visionzip: extent D of tokens must be 1 or more, got 0",
     [](Call& c) {
       c.tokens.view.shape[2] = c.out.view.shape[2] = 0;
       return c.whole();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_attention_row_from_map: row must be from -1 (the last) to 5, got 6",
     [](Call& c) { return c.row(6); }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_attention_row_from_map: row must be from -1 (the last) to 5, got -2",
     [](Call& c) { return c.row(-2); }},
    {TKZ_INVALID_ARGUMENT, "tkz_attention_row_from_map: reduce must be 0 (sum) or 1 (mean), got 3",
     [](Call& c) {
       return tkz_attention_row_from_map(c.ctx, nullptr, nullptr, &c.map.view, 0, 3,
                                         &c.map_scores.view);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_attention_received_from_map: row_begin must be from 0 to 6, got -1",
     [](Call& c) {
       return tkz_attention_received_from_map(c.ctx, nullptr, nullptr, &c.map.view, -1, -1, 0, -1,
                                              &c.map_scores.view);
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_attention_received_from_map: col_end must be -1 or from 3 to 6, got 2",
     [](Call& c) {
       return tkz_attention_received_from_map(c.ctx, nullptr, nullptr, &c.map.view, 0, -1, 3, 2,
                                              &c.map_scores.view);
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_attention_received_from_map: extent C of scores [B,C] must be 5 as the range of columns "
     "has it, got 6",
     [](Call& c) {
       return tkz_attention_received_from_map(c.ctx, nullptr, nullptr, &c.map.view, 0, -1, 1, -1,
                                              &c.map_scores.view);
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_head_mean_map: extent S of mean [B,S,S] must be 6 as map has it, got 4",
     [](Call& c) {
       return tkz_head_mean_map(c.ctx, nullptr, nullptr, &c.map.view, &c.key_mean.view);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip: params must not be null, got null",
     [](Call& c) {
       return tkz_visionzip(c.ctx, nullptr, nullptr, nullptr, &c.query.view, &c.keys.view,
                            &c.tokens.view, &c.selection.view, &c.out.view, c.workspace,
                            c.workspace_bytes);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_merge: params.size must be 32, got 0",
     [](Call& c) {
       c.params.size = 0;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_merge: params.has_cls must be 0 or 1, got 2",
     [](Call& c) {
       c.params.has_cls = 2;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_merge: params.dominant must be 1 or more (it counts CLS), got 0",
     [](Call& c) {
       c.params.dominant = 0;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_merge: params.dominant must be 0 or more, got -1",
     [](Call& c) {
       c.params.has_cls = 0;
       c.params.dominant = -1;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_merge: params.contextual must be 0 or more, got -1",
     [](Call& c) {
       c.params.contextual = -1;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_merge: params.merge_mode must be 0 (target plus mean) or 1 (mean with target), "
     "got 2",
     [](Call& c) {
       c.params.merge_mode = 2;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_select_logits: params.has_cls must be 1 where scores come from the CLS query, "
     "got 0",
     [](Call& c) {
       c.params.has_cls = 0;
       return c.from_logits();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_visionzip_select_scores: extent N of scores [B,N] must be 6 as the patch count of "
     "key_mean "
     "has it, got 5",
     [](Call& c) {
       c.params.has_cls = 0;
       return c.from_scores();
     }},
    {TKZ_INVALID_SHAPE,
     "tkz_visionzip_merge: extent K of out [B,K,D] must be 5 as the budget has it, got 4",
     [](Call& c) {
       c.params.contextual = 2;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_merge: out must be fp32 as tokens is, got bf16",
     [](Call& c) {
       c.out.view.dtype = TKZ_BF16;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_merge: selection must not be null, got null",
     [](Call& c) {
       return tkz_visionzip_merge(c.ctx, nullptr, &c.params, nullptr, &c.tokens.view, nullptr,
                                  &c.out.view);
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_merge: selection.size must be 72, got 1",
     [](Call& c) {
       c.selection.view.size = 1;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_merge: selection.dominant must point to 3 values per picture, got null",
     [](Call& c) {
       c.selection.view.dominant = nullptr;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_merge: selection.target must point to 1 values per picture, got null",
     [](Call& c) {
       c.selection.view.target = nullptr;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_merge: selection.member_offset must point to 2 values per picture, got null",
     [](Call& c) {
       c.selection.view.member_offset = nullptr;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_merge: selection.member must point to 2 values per picture, got null",
     [](Call& c) {
       c.selection.view.member = nullptr;
       return c.merge();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_select_logits: selection.merged must point to 2 values per picture, got null",
     [](Call& c) {
       c.selection.view.merged = nullptr;
       return c.from_logits();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_select_logits: selection.assign must point to 2 values per picture, got null",
     [](Call& c) {
       c.selection.view.assign = nullptr;
       return c.from_logits();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip_select_scores: selection.scores must point to 5 values per picture, got null",
     [](Call& c) {
       c.selection.view.scores = nullptr;
       return c.from_scores();
     }},
    {TKZ_INVALID_ARGUMENT,
     "tkz_visionzip: selection.non_finite must point to 1 values per picture, got null",
     [](Call& c) {
       c.selection.view.non_finite = nullptr;
       return c.whole();
     }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip: workspace must not be null, got null",
     [](Call& c) {
       return tkz_visionzip(c.ctx, nullptr, &c.params, nullptr, &c.query.view, &c.keys.view,
                            &c.tokens.view, &c.selection.view, &c.out.view, nullptr, 0);
     }},
    {TKZ_WORKSPACE_TOO_SMALL, "tkz_visionzip: workspace must have at least 512 bytes, got 511",
     [](Call& c) {
       c.workspace_bytes = 511;
       return c.whole();
     }},
    {TKZ_INVALID_SHAPE, "tkz_visionzip_count: tokens must be 0 or more, got -1",
     [](Call& c) { return tkz_visionzip_count(&c.params, -1, &c.selection.counts); }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_count: counts must not be null, got null",
     [](Call& c) { return tkz_visionzip_count(&c.params, 6, nullptr); }},
    {TKZ_INVALID_ARGUMENT, "tkz_visionzip_workspace: bytes must not be null, got null",
     [](Call& c) { return tkz_visionzip_workspace(&c.params, 1, 1, 1, 1, nullptr); }},
    {TKZ_INVALID_SHAPE, "tkz_visionzip_workspace: heads must be from 0 to 2147483647, got -3",
     [](Call& c) { return tkz_visionzip_workspace(&c.params, 1, -3, 1, 1, &c.workspace_bytes); }},
};

/// A ragged batch of 64 videos is one of more than 2^20 tokens.
void many_tokens_have_a_workspace() {
  const tkz_visionzip_params params = budget(64, 16);
  const int64_t total = 64 * 36864;
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_visionzip_workspace(&params, 1, 16, total, 64, &bytes), int32_t{TKZ_OK});
  EXPECT_EQUAL(bytes, static_cast<size_t>(4 * total * (16 + 64)));
}

void bad_arguments_are_refused() {
  for (const Case& bad : kCases) {
    context() = bad.sentence;
    Call call;
    const std::vector<float> out = call.out.values(), key_mean = call.key_mean.values();
    const Selection selection = call.selection;
    EXPECT_EQUAL(bad.call(call), bad.status);
    EXPECT_EQUAL(std::string(tkz_last_error()), std::string(bad.sentence));
    call.out.view.dtype = TKZ_F32;
    call.out.view.shape[2] = 5;
    call.key_mean.view.stride[1] = call.key_mean.view.shape[2] = 4;
    EXPECT_EQUAL(call.out.values() == out, true);
    EXPECT_EQUAL(call.key_mean.values() == key_mean, true);
    EXPECT_EQUAL(call.selection.assign == selection.assign, true);
    EXPECT_EQUAL(call.selection.dominant == selection.dominant, true);
  }
}

/// Sentences that hold an address: only their beginnings are fixed.
void misaligned_memory_is_refused() {
  Call call;
  call.keys.view.data = static_cast<char*>(call.keys.view.data) + 2;
  EXPECT_EQUAL(call.mean(), int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error())
                   .find("tkz_head_mean_keys: data of keys must be aligned to its elements of 4 "
                         "bytes, got address 0x"),
               0u);
  Call whole;
  EXPECT_EQUAL(tkz_visionzip(whole.ctx, nullptr, &whole.params, nullptr, &whole.query.view,
                             &whole.keys.view, &whole.tokens.view, &whole.selection.view,
                             &whole.out.view, whole.workspace + 16, 512),
               int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error())
                   .find("tkz_visionzip: workspace must be aligned to 256 bytes, got address 0x"),
               0u);
  alignas(4) char memory[32] = {};
  const void* const odd = memory + 1;
  const tkz_ragged ragged = {sizeof ragged, 0, 2, 6, static_cast<const int32_t*>(odd)};
  Tensor keys(TKZ_F32, {1, 3, 12, 4}), key_mean(TKZ_F32, {1, 12, 4});
  EXPECT_EQUAL(tkz_head_mean_keys(whole.ctx, nullptr, &ragged, &keys.view, &key_mean.view),
               int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error())
                   .find("tkz_head_mean_keys: ragged.offsets must be aligned to its elements of 4 "
                         "bytes, got address 0x"),
               0u);
}

/// Problems larger than the kernels take are refused where there are kernels.
void kernel_limits_are_checked() {
  for (const int32_t backend : backends()) {
    if (backend == TKZ_BACKEND_CPU) continue;
    const Context ctx(backend);
    Tensor keys(TKZ_F32, {1, 65, 1, 4}), key_mean(TKZ_F32, {1, 1, 4});
    EXPECT_EQUAL(tkz_head_mean_keys(ctx, nullptr, nullptr, &keys.view, &key_mean.view),
                 int32_t{TKZ_INVALID_SHAPE});
    EXPECT_EQUAL(std::string(tkz_last_error()),
                 "tkz_head_mean_keys: heads H must be at most 64 on emulated CUDA, got 65");
  }
}

}  // namespace

int main() {
  run("many_tokens_have_a_workspace", many_tokens_have_a_workspace);
  run("bad_arguments_are_refused", bad_arguments_are_refused);
  run("misaligned_memory_is_refused", misaligned_memory_is_refused);
  run("kernel_limits_are_checked", kernel_limits_are_checked);
  return result();
}
