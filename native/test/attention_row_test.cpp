// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention that one query pays against a softmax in double, on every backend, storage type and
// layout, from whole batches and ragged ones.
#include <cmath>

#include "expect.h"
#include "ragged.h"

using namespace test;

namespace {

constexpr int32_t kFloats[] = {TKZ_F32, TKZ_F16, TKZ_BF16};

tkz_attention_row_params params_of(int32_t reduce, float scale) {
  return {sizeof(tkz_attention_row_params), reduce, scale};
}

/// 256-byte aligned memory, filled with what no result may depend on.
class Workspace {
 public:
  Workspace(int64_t batch, int64_t heads, int64_t tokens) {
    const tkz_attention_row_params params = params_of(TKZ_HEADS_SUM, 1.0f);
    EXPECT_EQUAL(tkz_attention_row_workspace(&params, batch, heads, tokens, &bytes),
                 int32_t{TKZ_OK});
    data = aligned_alloc(256, bytes + 256);
    memset(data, kFill, bytes + 256);
  }
  ~Workspace() {
    const unsigned char* end = static_cast<unsigned char*>(data) + bytes;
    EXPECT_EQUAL(end[0] == kFill && end[255] == kFill, true);
    free(data);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  void* data;
  size_t bytes = 0;

 private:
  static constexpr unsigned char kFill = 0xff;
};

int32_t attention_row(tkz_ctx* ctx, const tkz_attention_row_params& params,
                      const tkz_ragged* ragged, const tkz_tensor& query, const tkz_tensor& keys,
                      Tensor& scores, int32_t* non_finite) {
  const Workspace workspace(query.shape[0], query.shape[1],
                            ragged != nullptr ? ragged->max_tokens : keys.shape[2]);
  return tkz_attention_row(ctx, nullptr, &params, ragged, &query, &keys, &scores.view, non_finite,
                           workspace.data, workspace.bytes);
}

/// The scores of picture `b` in double.
std::vector<double> reference(const Tensor& query, const Tensor& keys, int64_t b, float scale,
                              bool mean) {
  const int64_t heads = query.view.shape[1], dim = query.view.shape[2];
  const int64_t group = heads / keys.view.shape[1], tokens = keys.view.shape[2];
  std::vector<double> scores(static_cast<size_t>(tokens));
  for (int64_t h = 0; h < heads; h++) {
    std::vector<double> logits;
    double maximum = -INFINITY, sum = 0;
    for (int64_t s = 0; s < tokens; s++) {
      double dot = 0;
      for (int64_t e = 0; e < dim; e++) {
        dot += static_cast<double>(query.get({b, h, e})) * keys.get({b, h / group, s, e});
      }
      logits.push_back(static_cast<double>(scale) * dot);
      maximum = std::fmax(maximum, logits.back());
    }
    for (const double x : logits) sum += std::exp(x - maximum);
    for (size_t s = 0; s < logits.size(); s++) {
      scores[s] += std::exp(logits[s] - maximum) / sum / static_cast<double>(mean ? heads : 1);
    }
  }
  return scores;
}

struct Shape {
  int64_t batch, heads, key_heads, tokens, dim;
};

constexpr Shape kShapes[] = {{1, 1, 1, 1, 1},     {2, 6, 3, 5, 7},    {1, 16, 16, 33, 64},
                             {2, 14, 2, 70, 64},  {1, 9, 1, 31, 128}, {3, 2, 2, 13, 80},
                             {1, 4, 2, 129, 256}, {1, 3, 3, 17, 33}};

void whole_batch(int32_t backend, int32_t dtype, Memory memory, const Shape& s) {
  const Context ctx(backend);
  Tensor query(dtype, {s.batch, s.heads, s.dim}, memory == Memory::kPadded ? memory : Memory{});
  Tensor keys(dtype, {s.batch, s.key_heads, s.tokens, s.dim}, memory);
  query.randomize(1);
  keys.randomize(2);
  for (const int32_t reduce : {TKZ_HEADS_SUM, TKZ_HEADS_MEAN}) {
    const auto params = params_of(reduce, 0.2f);
    Tensor scores(TKZ_F32, {s.batch, s.tokens}), again(TKZ_F32, {s.batch, s.tokens});
    std::vector<int32_t> flags(static_cast<size_t>(s.batch), 7);
    EXPECT_EQUAL(attention_row(ctx, params, nullptr, query.view, keys.view, scores, flags.data()),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(attention_row(ctx, params, nullptr, query.view, keys.view, again, nullptr),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(scores.bytes() == again.bytes(), true);
    EXPECT_LIST(flags, std::vector<int32_t>(static_cast<size_t>(s.batch), 0));
    for (int64_t b = 0; b < s.batch; b++) {
      const auto expected = reference(query, keys, b, 0.2f, reduce == TKZ_HEADS_MEAN);
      for (int64_t t = 0; t < s.tokens; t++) {
        EXPECT_NEAR(scores.get({b, t}), expected[static_cast<size_t>(t)], 3e-6);
      }
    }
  }
}

/// Pictures of different counts, packed, get the bits that each gets alone.
void ragged_batch(int32_t backend, int32_t dtype, Memory memory) {
  const Context ctx(backend);
  const RaggedBatch batch({65, 0, 1, 130, 64}, 140);
  const int64_t heads = 6, key_heads = 3, dim = 24, total = batch.total() + 1;
  const auto params = params_of(TKZ_HEADS_MEAN, 0.3f);
  Tensor query(dtype, {5, heads, dim}), keys(dtype, {1, key_heads, total, dim}, memory);
  Tensor scores(TKZ_F32, {1, total});
  query.randomize(3);
  keys.randomize(4);
  std::vector<int32_t> flags(5, 7);
  EXPECT_EQUAL(attention_row(ctx, params, &batch.view, query.view, keys.view, scores, flags.data()),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags, std::vector<int32_t>(5, 0));
  for (int64_t b = 0; b < 5; b++) {
    Tensor own(TKZ_F32, {1, batch.count(b)});
    EXPECT_EQUAL(attention_row(ctx, params, nullptr, batch.picture(query.view, b, 0),
                               batch.rows(keys.view, b, 2), own, nullptr),
                 int32_t{TKZ_OK});
    for (int64_t t = 0; t < batch.count(b); t++) {
      EXPECT_EQUAL(scores.get({0, batch.first(b) + t}), own.get({0, t}));
    }
  }
  EXPECT_EQUAL(scores.get({0, total - 1}), kUntouched);
}

/// Equal keys, zeros of both signs and numbers next to nothing share the attention equally.
void equal_logits_share_equally(int32_t backend) {
  const Context ctx(backend);
  const auto params = params_of(TKZ_HEADS_SUM, 1.0f);
  for (const float value : {0.0f, -0.0f, 1e-44f, 2.0f, 1e18f}) {
    Tensor query(TKZ_F32, {1, 4, 20}), keys(TKZ_F32, {1, 4, 100, 20}), scores(TKZ_F32, {1, 100});
    query.randomize(1, value == 1e18f ? 1e18f : 1.0f);
    keys.fill(std::vector<float>(static_cast<size_t>(keys.count()), value));
    int32_t flag = 7;
    EXPECT_EQUAL(attention_row(ctx, params, nullptr, query.view, keys.view, scores, &flag),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(flag, 0);
    for (const float score : scores.values()) EXPECT_NEAR(score, 0.04, 1e-7);
  }
}

void non_finite_logits_are_flagged(int32_t backend) {
  const Context ctx(backend);
  const auto params = params_of(TKZ_HEADS_SUM, 1.0f);
  for (const int32_t dtype : kFloats) {
    for (const float bad : {NAN, INFINITY, -INFINITY}) {
      for (const int64_t place : {0, 63, 64, 66}) {
        Tensor query(dtype, {3, 2, 8}), keys(dtype, {3, 2, 67, 8}), scores(TKZ_F32, {3, 67});
        query.randomize(1);
        keys.randomize(2);
        keys.set({1, 1, place, 5}, bad);
        std::vector<int32_t> flags(3, 7);
        attention_row(ctx, params, nullptr, query.view, keys.view, scores, flags.data());
        EXPECT_LIST(flags, std::vector<int32_t>{0, 1, 0});
        EXPECT_EQUAL(std::isfinite(scores.get({0, 66})) && std::isfinite(scores.get({2, 0})), true);
      }
    }
  }
}

/// A long prompt: the probabilities still sum to one, on whatever backend, and agree.
void long_rows_keep_their_digits() {
  const int64_t tokens = 66000;
  Tensor query(TKZ_BF16, {1, 2, 8}), keys(TKZ_BF16, {1, 1, tokens, 8});
  query.randomize(1);
  keys.randomize(2);
  const auto expected = reference(query, keys, 0, 0.3f, false);
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    Tensor scores(TKZ_F32, {1, tokens});
    EXPECT_EQUAL(attention_row(ctx, params_of(TKZ_HEADS_SUM, 0.3f), nullptr, query.view, keys.view,
                               scores, nullptr),
                 int32_t{TKZ_OK});
    double sum = 0, worst = 0;
    for (int64_t t = 0; t < tokens; t++) {
      const double value = expected[static_cast<size_t>(t)];
      sum += scores.get({0, t});
      worst = std::fmax(worst, std::fabs(scores.get({0, t}) - value) / value);
    }
    EXPECT_NEAR(sum, 2.0, 1e-6);
    EXPECT_NEAR(worst, 0.0, 4e-6);
  }
}

void threads_do_not_show() {
  for (const int64_t batch : {1, 3}) {
    Tensor query(TKZ_F32, {batch, 16, 64}), keys(TKZ_F32, {batch, 8, 4500, 64});
    query.randomize(1);
    keys.randomize(2);
    std::vector<unsigned char> first;
    for (const int32_t threads : {1, 2, 3, 7}) {
      const Context ctx(TKZ_BACKEND_CPU, threads);
      Tensor scores(TKZ_F32, {batch, 4500});
      attention_row(ctx, params_of(TKZ_HEADS_MEAN, 0.1f), nullptr, query.view, keys.view, scores,
                    nullptr);
      if (first.empty()) first = scores.bytes();
      EXPECT_EQUAL(first == scores.bytes(), true);
    }
  }
}

/// Pictures without tokens are not flagged; a batch of none writes nothing.
void empty_extents(int32_t backend) {
  const Context ctx(backend);
  const auto params = params_of(TKZ_HEADS_SUM, 1.0f);
  Tensor query(TKZ_F16, {3, 2, 8}), keys(TKZ_F16, {3, 2, 0, 8}), scores(TKZ_F32, {3, 0});
  std::vector<int32_t> flags(3, 7);
  EXPECT_EQUAL(tkz_attention_row(ctx, nullptr, &params, nullptr, &query.view, &keys.view,
                                 &scores.view, flags.data(), nullptr, 0),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags, std::vector<int32_t>(3, 0));
  const RaggedBatch batch({0, 0, 0}, 0);
  Tensor none(TKZ_F16, {1, 2, 0, 8}), no_scores(TKZ_F32, {1, 0});
  flags.assign(3, 7);
  EXPECT_EQUAL(tkz_attention_row(ctx, nullptr, &params, &batch.view, &query.view, &none.view,
                                 &no_scores.view, flags.data(), nullptr, 0),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags, std::vector<int32_t>(3, 0));
  Tensor no_query(TKZ_F16, {0, 2, 8}), no_keys(TKZ_F16, {0, 2, 5, 8}), nothing(TKZ_F32, {0, 5});
  EXPECT_EQUAL(tkz_attention_row(ctx, nullptr, &params, nullptr, &no_query.view, &no_keys.view,
                                 &nothing.view, flags.data(), nullptr, 0),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags, std::vector<int32_t>(3, 0));
}

struct Call {
  Context ctx;
  Tensor query{TKZ_F32, {2, 6, 4}}, keys{TKZ_F32, {2, 3, 5, 4}}, scores{TKZ_F32, {2, 5}};
  tkz_attention_row_params params = params_of(TKZ_HEADS_SUM, 1.0f);
  RaggedBatch batch{{2, 3}, 3};
  const tkz_ragged* ragged = nullptr;
  alignas(256) char workspace[1024];
  size_t bytes = sizeof workspace;

  int32_t run() {
    return tkz_attention_row(ctx, nullptr, &params, ragged, &query.view, &keys.view, &scores.view,
                             nullptr, workspace, bytes);
  }
};

void bad_arguments_are_refused() {
  struct Case {
    int32_t status;
    const char* sentence;
    std::function<void(Call&)> spoil;
  };
  const Case cases[] = {
      {TKZ_INVALID_ARGUMENT, "params.size must be 12, got 0", [](Call& c) { c.params.size = 0; }},
      {TKZ_INVALID_ARGUMENT, "params.reduce must be 0 (sum) or 1 (mean), got 2",
       [](Call& c) { c.params.reduce = 2; }},
      {TKZ_INVALID_SHAPE, "heads H of query must be a multiple of the 3 heads K of keys, got 5",
       [](Call& c) { c.query.view.shape[1] = 5; }},
      {TKZ_INVALID_SHAPE, "extent K of keys must be 1 or more, got 0",
       [](Call& c) { c.keys.view.shape[1] = 0; }},
      {TKZ_INVALID_SHAPE, "extent S of scores [B,S] must be 5 as keys has it, got 4",
       [](Call& c) { c.scores.view.shape[1] = 4; }},
      {TKZ_INVALID_ARGUMENT, "keys must be fp32 as query is, got bf16",
       [](Call& c) { c.keys.view.dtype = TKZ_BF16; }},
      {TKZ_WORKSPACE_TOO_SMALL, "workspace must have at least 512 bytes, got 511",
       [](Call& c) { c.bytes = 511; }},
      {TKZ_INVALID_SHAPE, "extent P of keys [P,K,T,d] must be 1 as a packed batch has it, got 2",
       [](Call& c) { c.ragged = &c.batch.view; }},
      {TKZ_INVALID_ARGUMENT, "ragged.size must be 32, got 1",
       [](Call& c) {
         c.ragged = &c.batch.view;
         c.batch.view.size = 1;
       }},
      {TKZ_INVALID_ARGUMENT, "ragged.reserved must be 0, got 1",
       [](Call& c) {
         c.ragged = &c.batch.view;
         c.batch.view.reserved = 1;
       }},
      {TKZ_INVALID_SHAPE, "ragged.batch must be 0 or more, got -1",
       [](Call& c) {
         c.ragged = &c.batch.view;
         c.batch.view.batch = -1;
       }},
      {TKZ_INVALID_SHAPE, "ragged.max_tokens must be from 0 to 2147483647, got -1",
       [](Call& c) {
         c.ragged = &c.batch.view;
         c.batch.view.max_tokens = -1;
       }},
      {TKZ_INVALID_ARGUMENT, "ragged.offsets must not be null, got null",
       [](Call& c) {
         c.ragged = &c.batch.view;
         c.batch.view.offsets = nullptr;
       }},
      {TKZ_INVALID_SHAPE, "extent B of query [B,H,d] must be 3 as ragged.batch has it, got 2",
       [](Call& c) {
         c.ragged = &c.batch.view;
         c.batch.view.batch = 3;
       }},
  };
  for (const Case& bad : cases) {
    context() = bad.sentence;
    Call call;
    EXPECT_EQUAL(call.run(), int32_t{TKZ_OK});
    bad.spoil(call);
    EXPECT_EQUAL(call.run(), bad.status);
    EXPECT_EQUAL(std::string(tkz_last_error()), std::string("tkz_attention_row: ") + bad.sentence);
  }
  size_t bytes = 0;
  const auto params = params_of(TKZ_HEADS_SUM, 1.0f);
  EXPECT_EQUAL(tkz_attention_row_workspace(&params, 1, -3, 1, &bytes), int32_t{TKZ_INVALID_SHAPE});
  EXPECT_EQUAL(std::string(tkz_last_error()),
               "tkz_attention_row_workspace: heads must be from 0 to 2147483647, got -3");
  EXPECT_EQUAL(tkz_attention_row_workspace(&params, 1, 16, 3 << 20, &bytes), int32_t{TKZ_OK});
  EXPECT_EQUAL(bytes > size_t{4} * 16 * (3 << 20), true);
  EXPECT_EQUAL(tkz_attention_row_workspace(&params, 1, 1, 1, nullptr),
               int32_t{TKZ_INVALID_ARGUMENT});
}

/// Beyond what the kernels take: refused where there are kernels, computed on the CPU.
void kernel_limits_are_checked() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    const auto params = params_of(TKZ_HEADS_SUM, 0.1f);
    for (const Shape& s : {Shape{1, 129, 1, 3, 4}, Shape{1, 1, 1, 3, 257}}) {
      Tensor query(TKZ_F16, {1, s.heads, s.dim}), keys(TKZ_F16, {1, 1, 3, s.dim});
      Tensor scores(TKZ_F32, {1, 3});
      query.randomize(1);
      keys.randomize(2);
      const int32_t status =
          attention_row(ctx, params, nullptr, query.view, keys.view, scores, nullptr);
      EXPECT_EQUAL(status, int32_t{backend == TKZ_BACKEND_CPU ? TKZ_OK : TKZ_INVALID_SHAPE});
      if (status != TKZ_OK) continue;
      const auto expected = reference(query, keys, 0, 0.1f, false);
      for (int64_t t = 0; t < 3; t++) {
        EXPECT_NEAR(scores.get({0, t}), expected[static_cast<size_t>(t)], 1e-5);
      }
    }
  }
}

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    const std::string on = " backend " + std::to_string(backend);
    for (const int32_t dtype : kFloats) {
      for (const Memory memory : {Memory::kContiguous, Memory::kPadded, Memory::kTokensFirst}) {
        const std::string variant = on + " dtype " + std::to_string(dtype) + " memory " +
                                    std::to_string(static_cast<int>(memory));
        for (const Shape& s : kShapes) {
          run("whole_batch" + variant + " S=" + std::to_string(s.tokens),
              [&] { whole_batch(backend, dtype, memory, s); });
        }
        run("ragged_batch" + variant, [&] { ragged_batch(backend, dtype, memory); });
      }
    }
    run("equal_logits_share_equally" + on, [&] { equal_logits_share_equally(backend); });
    run("non_finite_logits_are_flagged" + on, [&] { non_finite_logits_are_flagged(backend); });
    run("empty_extents" + on, [&] { empty_extents(backend); });
  }
  run("long_rows_keep_their_digits", long_rows_keep_their_digits);
  run("threads_do_not_show", threads_do_not_show);
  run("bad_arguments_are_refused", bad_arguments_are_refused);
  run("kernel_limits_are_checked", kernel_limits_are_checked);
  return result();
}
