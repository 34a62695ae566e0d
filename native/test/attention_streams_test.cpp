// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention read off queries and keys against a softmax in double, on every backend, storage type
// and layout.
#include <algorithm>

#include "expect.h"
#include "ragged.h"
#include "tensors.h"

using namespace test;

namespace {

constexpr int32_t kFloats[] = {TKZ_F32, TKZ_F16, TKZ_BF16};
constexpr float kScale = 0.21f;

struct Shape {
  int64_t batch, heads, key_heads, tokens, dim;
};

constexpr Shape kShapes[] = {{1, 1, 1, 1, 1},  {2, 3, 3, 5, 7},    {1, 2, 1, 33, 64},
                             {1, 4, 2, 67, 8}, {1, 1, 1, 130, 72}, {1, 1, 1, 40, 128}};

double element(const tkz_tensor& t, int64_t b, int64_t h, int64_t s, int64_t k) {
  return get(t.data, t.dtype, b * t.stride[0] + h * t.stride[1] + s * t.stride[2] + k);
}

/// Logits, log-sum-exps and probabilities of `count` tokens from `first` of one batch entry.
struct Reference {
  int64_t heads, count;
  std::vector<double> logit, lse;

  Reference(const tkz_tensor& query, const tkz_tensor& keys, int64_t b, int64_t first,
            int64_t tokens)
      : heads(query.shape[1]), count(tokens) {
    const int64_t group = heads / keys.shape[1];
    for (int64_t h = 0; h < heads; h++) {
      for (int64_t i = 0; i < count; i++) {
        std::vector<double> row;
        for (int64_t j = 0; j < count; j++) {
          double dot = 0;
          for (int64_t k = 0; k < query.shape[3]; k++) {
            dot += element(query, b, h, first + i, k) * element(keys, b, h / group, first + j, k);
          }
          row.push_back(kScale * dot);
        }
        const double maximum = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (const double x : row) sum += std::exp(x - maximum);
        lse.push_back(maximum + std::log(sum));
        logit.insert(logit.end(), row.begin(), row.end());
      }
    }
  }

  double z(int64_t h, int64_t i, int64_t j) const { return logit[at((h * count + i) * count + j)]; }
  double p(int64_t h, int64_t i, int64_t j) const {
    return std::exp(z(h, i, j) - lse[at(h * count + i)]);
  }
  double received(int64_t h, int64_t j, int64_t begin, int64_t end) const {
    double sum = 0;
    for (int64_t i = begin; i < end; i++) sum += p(h, i, j);
    return begin < end ? sum / static_cast<double>(end - begin) : 0.0;
  }
  template <class F>
  double mean(const F& of_head) const {
    double sum = 0;
    for (int64_t h = 0; h < heads; h++) sum += of_head(h);
    return sum / static_cast<double>(heads);
  }

 private:
  static size_t at(int64_t i) { return static_cast<size_t>(i); }
};

tkz_attention_received_params received_params(int64_t row_begin, int64_t row_end, int64_t col_begin,
                                              int64_t col_end, int32_t per_head) {
  return {sizeof(tkz_attention_received_params),
          kScale,
          row_begin,
          row_end,
          col_begin,
          col_end,
          per_head,
          0};
}

const tkz_head_mean_params kMeanParams = {sizeof(tkz_head_mean_params), kScale};

struct Workspace {
  explicit Workspace(size_t bytes) : memory(bytes + 256, 0xcd) {}
  void* data() {
    const uintptr_t address = reinterpret_cast<uintptr_t>(memory.data());
    return reinterpret_cast<void*>((address + 255) / 256 * 256);
  }
  std::vector<unsigned char> memory;
};

int32_t received(tkz_ctx* ctx, const tkz_attention_received_params& params,
                 const tkz_ragged* ragged, const Tensor& query, const Tensor& keys,
                 const Tensor* lse, Tensor& scores, std::vector<int32_t>& non_finite) {
  const int64_t batch = ragged != nullptr ? ragged->batch : query.view.shape[0];
  const int64_t tokens = ragged != nullptr ? ragged->max_tokens : query.view.shape[2];
  non_finite.assign(static_cast<size_t>(batch), 7);
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_attention_received_workspace(ctx, &params, batch, query.view.shape[1], tokens,
                                                query.view.shape[3], &bytes),
               int32_t{TKZ_OK});
  Workspace workspace(bytes);
  return tkz_attention_received(ctx, nullptr, &params, ragged, &query.view, &keys.view,
                                lse == nullptr ? nullptr : &lse->view, &scores.view,
                                non_finite.data(), workspace.data(), bytes);
}

int32_t probabilities(tkz_ctx* ctx, const tkz_ragged* ragged, const Tensor& query,
                      const Tensor& keys, const Tensor* lse, const tkz_tensor* rows, Tensor& out) {
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_head_mean_probabilities_workspace(
                   &kMeanParams, out.view.shape[0], query.view.shape[1], out.view.shape[1], &bytes),
               int32_t{TKZ_OK});
  Workspace workspace(bytes);
  return tkz_head_mean_probabilities(ctx, nullptr, &kMeanParams, ragged, &query.view, &keys.view,
                                     lse == nullptr ? nullptr : &lse->view, rows, &out.view,
                                     lse == nullptr ? workspace.data() : nullptr,
                                     lse == nullptr ? bytes : 0);
}

tkz_tensor list_view(std::vector<int32_t>& list, int64_t batch) {
  tkz_tensor view = {};
  view.data = list.data();
  view.dtype = TKZ_I32;
  view.ndim = 2;
  view.shape[0] = batch;
  view.shape[1] = batch > 0 ? static_cast<int64_t>(list.size()) / batch : 0;
  view.stride[0] = view.shape[1];
  view.stride[1] = 1;
  return view;
}

void whole_batch(int32_t backend, int32_t dtype, Memory memory, const Shape& s) {
  const Context ctx(backend);
  Tensor query(dtype, {s.batch, s.heads, s.tokens, s.dim}, memory);
  Tensor keys(dtype, {s.batch, s.key_heads, s.tokens, s.dim}, memory);
  query.randomize(1);
  keys.randomize(2);
  std::vector<Reference> expected;
  for (int64_t b = 0; b < s.batch; b++) {
    expected.emplace_back(query.view, keys.view, b, 0, s.tokens);
  }
  const auto of = [&](int64_t b) -> const Reference& { return expected[static_cast<size_t>(b)]; };

  Tensor lse(TKZ_F32, {s.batch, s.heads, s.tokens});
  EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, nullptr, kScale, &query.view, &keys.view, &lse.view),
               int32_t{TKZ_OK});
  for (int64_t b = 0; b < s.batch; b++) {
    for (int64_t h = 0; h < s.heads; h++) {
      for (int64_t i = 0; i < s.tokens; i++) {
        EXPECT_NEAR(lse.get({b, h, i}), of(b).lse[static_cast<size_t>(h * s.tokens + i)], 3e-6);
      }
    }
  }

  const int64_t begin = s.tokens / 3, end = s.tokens - s.tokens / 4;
  for (const Tensor* known :
       {static_cast<const Tensor*>(nullptr), static_cast<const Tensor*>(&lse)}) {
    std::vector<int32_t> non_finite;
    Tensor all(TKZ_F32, {s.batch, s.tokens}), part(TKZ_F32, {s.batch, s.heads, end - begin});
    EXPECT_EQUAL(received(ctx, received_params(0, -1, 0, -1, 0), nullptr, query, keys, known, all,
                          non_finite),
                 int32_t{TKZ_OK});
    EXPECT_LIST(non_finite, std::vector<int32_t>(static_cast<size_t>(s.batch), 0));
    EXPECT_EQUAL(received(ctx, received_params(begin, s.tokens, begin, end, 1), nullptr, query,
                          keys, known, part, non_finite),
                 int32_t{TKZ_OK});
    for (int64_t b = 0; b < s.batch; b++) {
      for (int64_t j = 0; j < s.tokens; j++) {
        const auto mean = of(b).mean([&](int64_t h) { return of(b).received(h, j, 0, s.tokens); });
        EXPECT_NEAR(all.get({b, j}) / mean, 1.0, 1e-5);
      }
      for (int64_t h = 0; h < s.heads; h++) {
        for (int64_t j = begin; j < end; j++) {
          EXPECT_NEAR(part.get({b, h, j - begin}) / of(b).received(h, j, begin, s.tokens), 1.0,
                      1e-5);
        }
      }
    }
  }

  // Lists with a hole, a repeated token and one that no picture has.
  std::vector<int32_t> rows, columns;
  for (int64_t b = 0; b < s.batch; b++) {
    for (const int64_t i : {s.tokens - 1, int64_t{-1}, int64_t{0}, s.tokens / 2, s.tokens / 2}) {
      rows.push_back(static_cast<int32_t>(i));
    }
    for (const int64_t j : {int64_t{0}, s.tokens / 3, int64_t{-1}, s.tokens}) {
      columns.push_back(static_cast<int32_t>(j));
    }
  }
  const tkz_tensor row_view = list_view(rows, s.batch), column_view = list_view(columns, s.batch);
  Tensor z(TKZ_F32, {s.batch, 5, 4}), full(TKZ_F32, {s.batch, s.tokens, s.tokens});
  EXPECT_EQUAL(tkz_head_mean_logits(ctx, nullptr, &kMeanParams, nullptr, &query.view, &keys.view,
                                    &row_view, &column_view, &z.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_head_mean_logits(ctx, nullptr, &kMeanParams, nullptr, &query.view, &keys.view,
                                    nullptr, nullptr, &full.view),
               int32_t{TKZ_OK});
  for (int64_t b = 0; b < s.batch; b++) {
    const auto mean = [&](int64_t i, int64_t j) {
      return of(b).mean([&](int64_t h) { return of(b).z(h, i, j); });
    };
    for (int64_t r = 0; r < 5; r++) {
      for (int64_t c = 0; c < 4; c++) {
        const int64_t i = rows[static_cast<size_t>(b * 5 + r)];
        const int64_t j = columns[static_cast<size_t>(b * 4 + c)];
        const bool both = i >= 0 && j >= 0 && j < s.tokens;
        EXPECT_NEAR(z.get({b, r, c}), both ? mean(i, j) : 0.0, 3e-6);
      }
    }
    for (int64_t i = 0; i < s.tokens; i++) {
      for (int64_t j = 0; j < s.tokens; j++) EXPECT_NEAR(full.get({b, i, j}), mean(i, j), 3e-6);
    }
  }

  Tensor found(TKZ_F32, {s.batch, 5, s.tokens}), given(TKZ_F32, {s.batch, 5, s.tokens});
  EXPECT_EQUAL(probabilities(ctx, nullptr, query, keys, nullptr, &row_view, found),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(probabilities(ctx, nullptr, query, keys, &lse, &row_view, given), int32_t{TKZ_OK});
  EXPECT_EQUAL(probabilities(ctx, nullptr, query, keys, &lse, nullptr, full), int32_t{TKZ_OK});
  EXPECT_EQUAL(found.bytes() == given.bytes(), true);
  for (int64_t b = 0; b < s.batch; b++) {
    const auto mean = [&](int64_t i, int64_t j) {
      return of(b).mean([&](int64_t h) { return of(b).p(h, i, j); });
    };
    for (int64_t j = 0; j < s.tokens; j++) {
      for (int64_t r = 0; r < 5; r++) {
        const int64_t i = rows[static_cast<size_t>(b * 5 + r)];
        EXPECT_NEAR(found.get({b, r, j}), i >= 0 ? mean(i, j) : 0.0, 2e-6);
      }
      for (int64_t i = 0; i < s.tokens; i++) EXPECT_NEAR(full.get({b, i, j}), mean(i, j), 2e-6);
    }
  }
}

/// Every picture of a ragged batch gets the bits it gets alone.
void ragged_batch(int32_t backend, int32_t dtype, Memory memory) {
  const Context ctx(backend);
  const int64_t heads = 2, dim = 16, longest = 70;
  const RaggedBatch batch({5, 0, 70, 1, 33}, longest);
  const int64_t pictures = batch.view.batch, total = batch.total();
  Tensor query(dtype, {1, heads, total, dim}, memory), keys(dtype, {1, 1, total, dim}, memory);
  query.randomize(3);
  keys.randomize(4);
  Tensor lse(TKZ_F32, {1, heads, total}), scores(TKZ_F32, {pictures, longest - 2});
  Tensor z(TKZ_F32, {pictures, 2, longest}), p(TKZ_F32, {pictures, 2, longest});
  std::vector<int32_t> non_finite, rows;
  for (int64_t b = 0; b < pictures; b++) {
    rows.push_back(0);
    rows.push_back(static_cast<int32_t>(batch.count(b)) - 1);
  }
  const tkz_tensor row_view = list_view(rows, pictures);
  const auto params = received_params(1, -1, 2, -1, 0);
  EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, &batch.view, kScale, &query.view, &keys.view, &lse.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(received(ctx, params, &batch.view, query, keys, nullptr, scores, non_finite),
               int32_t{TKZ_OK});
  EXPECT_LIST(non_finite, std::vector<int32_t>(5, 0));
  EXPECT_EQUAL(tkz_head_mean_logits(ctx, nullptr, &kMeanParams, &batch.view, &query.view,
                                    &keys.view, &row_view, nullptr, &z.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(probabilities(ctx, &batch.view, query, keys, nullptr, &row_view, p),
               int32_t{TKZ_OK});
  Tensor again(TKZ_F32, {pictures, 2, longest});
  EXPECT_EQUAL(probabilities(ctx, &batch.view, query, keys, &lse, &row_view, again),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(again.bytes() == p.bytes(), true);
  for (int64_t b = 0; b < pictures; b++) {
    const int64_t count = batch.count(b);
    Tensor one_query(dtype, {1, heads, count, dim}), one_keys(dtype, {1, 1, count, dim});
    for (int64_t i = 0; i < count; i++) {
      for (int64_t k = 0; k < dim; k++) {
        for (int64_t h = 0; h < heads; h++) {
          one_query.set({0, h, i, k}, query.get({0, h, batch.first(b) + i, k}));
        }
        one_keys.set({0, 0, i, k}, keys.get({0, 0, batch.first(b) + i, k}));
      }
    }
    const int64_t width = std::max<int64_t>(0, count - 2);
    Tensor one_lse(TKZ_F32, {1, heads, count}), one_scores(TKZ_F32, {1, width});
    Tensor one_z(TKZ_F32, {1, 2, count}), one_p(TKZ_F32, {1, 2, count});
    std::vector<int32_t> flag,
        one_rows = {rows[static_cast<size_t>(2 * b)], rows[static_cast<size_t>(2 * b + 1)]};
    const tkz_tensor one_view = list_view(one_rows, 1);
    EXPECT_EQUAL(
        tkz_row_lse(ctx, nullptr, nullptr, kScale, &one_query.view, &one_keys.view, &one_lse.view),
        int32_t{TKZ_OK});
    if (count >= 2) {
      EXPECT_EQUAL(received(ctx, params, nullptr, one_query, one_keys, nullptr, one_scores, flag),
                   int32_t{TKZ_OK});
    }
    EXPECT_EQUAL(tkz_head_mean_logits(ctx, nullptr, &kMeanParams, nullptr, &one_query.view,
                                      &one_keys.view, &one_view, nullptr, &one_z.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(probabilities(ctx, nullptr, one_query, one_keys, nullptr, &one_view, one_p),
                 int32_t{TKZ_OK});
    for (int64_t j = 0; j < longest; j++) {
      for (int64_t h = 0; h < heads && j < count; h++) {
        EXPECT_EQUAL(lse.get({0, h, batch.first(b) + j}), one_lse.get({0, h, j}));
      }
      for (int64_t r = 0; r < 2; r++) {
        EXPECT_EQUAL(z.get({b, r, j}), j < count ? one_z.get({0, r, j}) : 0.0f);
        EXPECT_EQUAL(p.get({b, r, j}), j < count ? one_p.get({0, r, j}) : 0.0f);
      }
      if (j < longest - 2) {
        EXPECT_EQUAL(scores.get({b, j}), j < width ? one_scores.get({0, j}) : 0.0f);
      }
    }
  }
}

/// Equal logits, also through -0, denormals and large values, share equally.
void equal_logits_share_equally(int32_t backend) {
  const Context ctx(backend);
  const int64_t tokens = 50;
  for (const float value : {0.0f, -0.0f, 1e-40f, 30.0f}) {
    Tensor query(TKZ_F32, {1, 2, tokens, 8}), keys(TKZ_F32, {1, 2, tokens, 8});
    query.fill(std::vector<float>(800, value));
    keys.fill(std::vector<float>(800, value));
    Tensor scores(TKZ_F32, {1, tokens});
    std::vector<int32_t> non_finite;
    EXPECT_EQUAL(received(ctx, received_params(0, -1, 0, -1, 0), nullptr, query, keys, nullptr,
                          scores, non_finite),
                 int32_t{TKZ_OK});
    for (const float score : scores.values()) {
      EXPECT_NEAR(score * tokens, 1.0, 1e-4);
      EXPECT_EQUAL(score, scores.get({0, 0}));
    }
  }
}

void non_finite_values_are_flagged(int32_t backend) {
  const Context ctx(backend);
  const int64_t tokens = 40;
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    Tensor query(TKZ_F32, {3, 2, tokens, 8}), keys(TKZ_F32, {3, 2, tokens, 8});
    query.randomize(1);
    keys.randomize(2);
    keys.set({1, 1, 37, 3}, bad);
    Tensor lse(TKZ_F32, {3, 2, tokens}), scores(TKZ_F32, {3, tokens});
    EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, nullptr, kScale, &query.view, &keys.view, &lse.view),
                 int32_t{TKZ_OK});
    for (int64_t i = 0; i < tokens; i++) {
      EXPECT_EQUAL(std::isnan(lse.get({1, 1, i})), true);
      EXPECT_EQUAL(std::isfinite(lse.get({1, 0, i})), true);
    }
    std::vector<int32_t> non_finite;
    for (const Tensor* known :
         {static_cast<const Tensor*>(nullptr), static_cast<const Tensor*>(&lse)}) {
      EXPECT_EQUAL(received(ctx, received_params(0, -1, 0, -1, 0), nullptr, query, keys, known,
                            scores, non_finite),
                   int32_t{TKZ_OK});
      EXPECT_LIST(non_finite, std::vector<int32_t>{0, 1, 0});
    }
    lse.randomize(3);
    Tensor part(TKZ_F32, {3, 30});
    lse.set({2, 0, 39}, bad);
    EXPECT_EQUAL(received(ctx, received_params(0, -1, 0, 30, 0), nullptr, query, keys, &lse, part,
                          non_finite),
                 int32_t{TKZ_OK});
    EXPECT_LIST(non_finite, std::vector<int32_t>{0, 0, 1});
  }
}

void empty_extents(int32_t backend) {
  const Context ctx(backend);
  for (const auto& [batch, tokens] : {std::pair<int64_t, int64_t>{0, 4}, {2, 0}}) {
    Tensor query(TKZ_F32, {batch, 2, tokens, 4}), keys(TKZ_F32, {batch, 2, tokens, 4});
    Tensor lse(TKZ_F32, {batch, 2, tokens}), scores(TKZ_F32, {batch, tokens});
    Tensor z(TKZ_F32, {batch, tokens, tokens});
    std::vector<int32_t> non_finite;
    EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, nullptr, kScale, &query.view, &keys.view, &lse.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(received(ctx, received_params(0, -1, 0, -1, 0), nullptr, query, keys, nullptr,
                          scores, non_finite),
                 int32_t{TKZ_OK});
    EXPECT_LIST(non_finite, std::vector<int32_t>(static_cast<size_t>(batch), 0));
    EXPECT_EQUAL(tkz_head_mean_logits(ctx, nullptr, &kMeanParams, nullptr, &query.view, &keys.view,
                                      nullptr, nullptr, &z.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(probabilities(ctx, nullptr, query, keys, nullptr, nullptr, z), int32_t{TKZ_OK});
  }
  // No rows: nobody pays anything.
  Tensor query(TKZ_F32, {1, 2, 6, 4}), keys(TKZ_F32, {1, 2, 6, 4}), scores(TKZ_F32, {1, 6});
  query.randomize(1);
  keys.randomize(2);
  std::vector<int32_t> non_finite;
  EXPECT_EQUAL(received(ctx, received_params(3, 3, 0, -1, 0), nullptr, query, keys, nullptr, scores,
                        non_finite),
               int32_t{TKZ_OK});
  EXPECT_LIST(scores.values(), std::vector<float>(6, 0.0f));
}

/// Work large enough for several threads gives the same bits with one, two, three and seven; wide
/// heads and little workspace do not matter.
void threads_do_not_show() {
  for (const int64_t dim : {72, 300}) {
    const int64_t tokens = 320;
    Tensor query(TKZ_BF16, {1, 6, tokens, dim}), keys(TKZ_BF16, {1, 3, tokens, dim});
    query.randomize(1, 0.5f);
    keys.randomize(2, 0.5f);
    std::vector<std::vector<unsigned char>> first;
    for (const int32_t threads : {1, 2, 3, 7}) {
      const Context ctx(TKZ_BACKEND_CPU, threads);
      Tensor lse(TKZ_F32, {1, 6, tokens}), scores(TKZ_F32, {1, tokens});
      Tensor z(TKZ_F32, {1, tokens, tokens}), p(TKZ_F32, {1, tokens, tokens});
      std::vector<int32_t> non_finite;
      EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, nullptr, kScale, &query.view, &keys.view, &lse.view),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(received(ctx, received_params(0, -1, 0, -1, 0), nullptr, query, keys, nullptr,
                            scores, non_finite),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_head_mean_logits(ctx, nullptr, &kMeanParams, nullptr, &query.view,
                                        &keys.view, nullptr, nullptr, &z.view),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(probabilities(ctx, nullptr, query, keys, &lse, nullptr, p), int32_t{TKZ_OK});
      const std::vector<std::vector<unsigned char>> got = {lse.bytes(), scores.bytes(), z.bytes(),
                                                           p.bytes()};
      if (first.empty()) {
        first = got;
        const Reference expected(query.view, keys.view, 0, 0, tokens);
        for (int64_t j = 0; j < tokens; j++) {
          const double mean =
              expected.mean([&](int64_t h) { return expected.received(h, j, 0, tokens); });
          EXPECT_NEAR(scores.get({0, j}) / mean, 1.0, 2e-5);
        }
      }
      EXPECT_EQUAL(got == first, true);
    }
  }
}

/// A small correct call of every operator, of which each test breaks one thing.
struct Call {
  Context ctx;
  Tensor query{TKZ_F32, {2, 4, 6, 4}}, keys{TKZ_F32, {2, 2, 6, 4}}, lse{TKZ_F32, {2, 4, 6}};
  Tensor scores{TKZ_F32, {2, 6}}, z{TKZ_F32, {2, 3, 6}};
  std::vector<int32_t> list = {0, 1, 2, 3, 4, 5};
  tkz_tensor rows = list_view(list, 2);
  tkz_attention_received_params params = received_params(0, -1, 0, -1, 0);
  tkz_head_mean_params mean_params = kMeanParams;
  Workspace workspace{1 << 16};
  size_t bytes = 1 << 16;

  int32_t row_lse() {
    return tkz_row_lse(ctx, nullptr, nullptr, 1.0f, &query.view, &keys.view, &lse.view);
  }
  int32_t received() {
    return tkz_attention_received(ctx, nullptr, &params, nullptr, &query.view, &keys.view, nullptr,
                                  &scores.view, nullptr, workspace.data(), bytes);
  }
  int32_t logits() {
    return tkz_head_mean_logits(ctx, nullptr, &mean_params, nullptr, &query.view, &keys.view, &rows,
                                nullptr, &z.view);
  }
  int32_t probabilities() {
    return tkz_head_mean_probabilities(ctx, nullptr, &mean_params, nullptr, &query.view, &keys.view,
                                       nullptr, &rows, &z.view, workspace.data(), bytes);
  }
};

void bad_arguments_are_refused() {
  struct Case {
    int32_t status;
    const char* sentence;
    std::function<int32_t(Call&)> call;
  };
  const Case cases[] = {
      {TKZ_INVALID_ARGUMENT, "tkz_row_lse: ctx must not be null, got null",
       [](Call& c) {
         return tkz_row_lse(nullptr, nullptr, nullptr, 1.0f, &c.query.view, &c.keys.view,
                            &c.lse.view);
       }},
      {TKZ_INVALID_SHAPE,
       "tkz_row_lse: heads H of query must be a multiple of the 2 heads K of keys, got 3",
       [](Call& c) {
         c.query.view.shape[1] = c.lse.view.shape[1] = 3;
         return c.row_lse();
       }},
      {TKZ_INVALID_SHAPE,
       "tkz_row_lse: extent d of keys [B,K,S,d] must be 4 as query has it, got 3",
       [](Call& c) {
         c.keys.view.shape[3] = 3;
         return c.row_lse();
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_row_lse: keys must be fp32 as query is, got bf16",
       [](Call& c) {
         c.keys.view.dtype = TKZ_BF16;
         return c.row_lse();
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_attention_received: params must not be null, got null",
       [](Call& c) {
         return tkz_attention_received(c.ctx, nullptr, nullptr, nullptr, &c.query.view,
                                       &c.keys.view, nullptr, &c.scores.view, nullptr,
                                       c.workspace.data(), c.bytes);
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_attention_received: params.size must be 48, got 1",
       [](Call& c) {
         c.params.size = 1;
         return c.received();
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_attention_received: params.row_begin must be from 0 to 6, got 7",
       [](Call& c) {
         c.params.row_begin = 7;
         return c.received();
       }},
      {TKZ_INVALID_ARGUMENT,
       "tkz_attention_received: params.col_end must be from 2 to 6 or -1, got 1",
       [](Call& c) {
         c.params.col_begin = 2;
         c.params.col_end = 1;
         return c.received();
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_attention_received: params.per_head must be 0 or 1, got 2",
       [](Call& c) {
         c.params.per_head = 2;
         return c.received();
       }},
      {TKZ_INVALID_SHAPE,
       "tkz_attention_received: extent C of scores [B,C] must be 4 as the column range has it, "
       "got 6",
       [](Call& c) {
         c.params.col_begin = 2;
         return c.received();
       }},
      {TKZ_WORKSPACE_TOO_SMALL,
       "tkz_attention_received: workspace must have at least 1792 bytes, got 1791",
       [](Call& c) {
         c.bytes = 1791;
         return c.received();
       }},
      {TKZ_UNSUPPORTED_DTYPE, "tkz_head_mean_logits: row_index must be int32, got int64",
       [](Call& c) {
         c.rows.dtype = TKZ_I64;
         return c.logits();
       }},
      {TKZ_INVALID_SHAPE,
       "tkz_head_mean_logits: extent C of out [B,R,C] must be 6 as the token count has it, got 5",
       [](Call& c) {
         c.z.view.shape[2] = 5;
         return c.logits();
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_head_mean_logits: params.size must be 8, got 0",
       [](Call& c) {
         c.mean_params.size = 0;
         return c.logits();
       }},
      {TKZ_WORKSPACE_TOO_SMALL,
       "tkz_head_mean_probabilities: workspace must have at least 256 bytes, got 255",
       [](Call& c) {
         c.bytes = 255;
         return c.probabilities();
       }},
      {TKZ_INVALID_SHAPE,
       "tkz_attention_received_workspace: heads must be from 0 to 2147483647, got -1",
       [](Call& c) {
         return tkz_attention_received_workspace(c.ctx, &c.params, 1, -1, 1, 1, &c.bytes);
       }},
      {TKZ_INVALID_ARGUMENT,
       "tkz_head_mean_probabilities_workspace: bytes must not be null, got null",
       [](Call& c) {
         return tkz_head_mean_probabilities_workspace(&c.mean_params, 1, 1, 1, nullptr);
       }},
  };
  for (const Case& bad : cases) {
    context() = bad.sentence;
    Call call;
    for (const auto& right :
         {&Call::row_lse, &Call::received, &Call::logits, &Call::probabilities}) {
      EXPECT_EQUAL((call.*right)(), int32_t{TKZ_OK});
    }
    EXPECT_EQUAL(bad.call(call), bad.status);
    EXPECT_EQUAL(std::string(tkz_last_error()), std::string(bad.sentence));
  }
}

/// Beyond what the kernels take: refused where there are kernels.
void kernel_limits_are_checked() {
  for (const int32_t backend : backends()) {
    if (backend == TKZ_BACKEND_CPU) continue;
    const Context ctx(backend);
    Tensor query(TKZ_F32, {1, 1, 2, 129}), keys(TKZ_F32, {1, 1, 2, 129}), lse(TKZ_F32, {1, 1, 2});
    EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, nullptr, 1.0f, &query.view, &keys.view, &lse.view),
                 int32_t{TKZ_INVALID_SHAPE});
    EXPECT_EQUAL(std::string(tkz_last_error()),
                 "tkz_row_lse: head width d must be at most 128 on emulated CUDA, got 129");
  }
}

/// Products of extents that 64 bits do not hold, told apart from small ones: heads and rows that
/// repeat the same memory, and sizes that a workspace is asked for.
void no_size_wraps_around() {
  const tkz_head_mean_params mean = {sizeof mean, 1.0f};
  constexpr int64_t kHeads = int64_t{1} << 40, kRows = int64_t{1} << 22;  // 2^64 bytes of lse
  float one = 1.0f;
  std::vector<int32_t> row(kRows, 0);
  std::vector<float> probability(kRows, 0.5f);
  const tkz_tensor query = {&one, TKZ_F32, 4, {1, kHeads, 1, 1}, {0, 0, 0, 1}};
  const tkz_tensor keys = {&one, TKZ_F32, 4, {1, 1, 1, 1}, {1, 1, 1, 1}};
  const tkz_tensor rows = {row.data(), TKZ_I32, 2, {1, kRows}, {kRows, 1}};
  tkz_tensor out = {probability.data(), TKZ_F32, 3, {1, kRows, 1}, {kRows, 1, 1}};
  alignas(256) char workspace[256];
  EXPECT_EQUAL(tkz_head_mean_probabilities(Context(), nullptr, &mean, nullptr, &query, &keys,
                                           nullptr, &rows, &out, workspace, sizeof workspace),
               int32_t{TKZ_WORKSPACE_TOO_SMALL});
  EXPECT_EQUAL(probability[0], 0.5f);

  size_t bytes = 1;
  EXPECT_EQUAL(
      tkz_head_mean_probabilities_workspace(&mean, INT32_MAX, INT32_MAX, INT32_MAX, &bytes),
      int32_t{TKZ_INVALID_SHAPE});
  EXPECT_EQUAL(std::string(tkz_last_error()),
               "tkz_head_mean_probabilities_workspace: sizes must need a workspace of less than "
               "1152921504606846976 bytes, got more");
  const tkz_attention_received_params all = {sizeof all, 1.0f, 0, -1, 0, -1, 0, 0};
  EXPECT_EQUAL(tkz_attention_received_workspace(Context(), &all, INT32_MAX, INT32_MAX, INT32_MAX,
                                                INT32_MAX, &bytes),
               int32_t{TKZ_INVALID_SHAPE});
  EXPECT_EQUAL(bytes, size_t{1});
  // Many pictures and more than 2^20 tokens are nothing special.
  EXPECT_EQUAL(tkz_head_mean_probabilities_workspace(&mean, 1, 16, 3 << 20, &bytes),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(bytes, size_t{16} * (3 << 20) * 4);
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
    run("non_finite_values_are_flagged" + on, [&] { non_finite_values_are_flagged(backend); });
    run("empty_extents" + on, [&] { empty_extents(backend); });
  }
  run("threads_do_not_show", threads_do_not_show);
  run("bad_arguments_are_refused", bad_arguments_are_refused);
  run("kernel_limits_are_checked", kernel_limits_are_checked);
  run("no_size_wraps_around", no_size_wraps_around);
  return result();
}
