// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every backend of the build chooses the same: identical lists and flags from identical numbers,
// with many equal ones among them. Lists that hang on sums come from numbers that leave no doubt.
#include <string>

#include "expect.h"
#include "ints.h"
#include "ragged.h"
#include "selection.h"

using namespace test;

namespace {

using List = std::vector<int32_t>;

constexpr int32_t kOk = TKZ_OK;
constexpr int64_t kTokens = 301;  // of the largest picture

struct Workspace {
  explicit Workspace(size_t needed) : bytes(needed), memory(needed + 256) {}
  void* data() {
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    return memory.data() + (256 - address % 256) % 256;
  }
  size_t bytes;
  std::vector<unsigned char> memory;
};

/// Runs `lists_of` on every backend: what it returns is the same on all.
template <class Function>
void expect_agreement(const std::string& name, const Function& lists_of) {
  context() = name;
  const std::vector<List> cpu = lists_of(Context(TKZ_BACKEND_CPU));
  for (const int32_t backend : backends()) {
    const std::vector<List> other = lists_of(Context(backend));
    for (size_t i = 0; i < cpu.size(); i++) EXPECT_LIST(other[i], cpu[i]);
  }
}

List bits(const Tensor& tensor) {
  List all;
  for (const float value : tensor.values()) {
    int32_t word;
    memcpy(&word, &value, sizeof word);
    all.push_back(word);
  }
  return all;
}

/// Kinds of scores: all different, few values that many share, zeros of both signs, and numbers
/// that are none.
constexpr int kKinds = 4;

void make_scores(Tensor& scores, int kind) {
  scores.randomize(static_cast<uint32_t>(7 + kind));
  std::vector<float> values = scores.values();
  for (size_t i = 0; i < values.size(); i++) {
    if (kind == 1) values[i] = std::round(2.0f * values[i]);
    if (kind == 2) values[i] = i % 3 == 0 ? values[i] : i % 3 == 1 ? 0.0f : -0.0f;
    if (kind == 3 && i % 97 == 5) values[i] = i % 2 == 0 ? NAN : INFINITY;
  }
  scores.fill(values);
}

/// A dense batch and one of pictures of different size, one of them empty.
void selections_from_scores(int kind) {
  for (const bool is_ragged : {false, true}) {
    const RaggedBatch pictures({kTokens, 0, 120}, kTokens);
    const tkz_ragged* ragged = is_ragged ? &pictures.view : nullptr;
    const int64_t batch = 3, lines = is_ragged ? 1 : batch;
    const int64_t width = is_ragged ? pictures.total() : kTokens;
    const std::string name = std::to_string(kind) + (is_ragged ? ", ragged" : "");
    Tensor scores(TKZ_F32, {lines, width}), rows(TKZ_F32, {batch, 2, kTokens});
    Tensor threshold(TKZ_F32, {batch});
    make_scores(scores, kind);
    make_scores(rows, kind);
    threshold.fill({0.0f, 0.5f, -1.0f});
    Ints position({lines, width});
    for (size_t i = 0; i < position.data.size(); i++) {
      position.data[i] = static_cast<int32_t>(i * 7 % 330);
    }
    for (const int32_t ranked : {0, 1}) {
      expect_agreement("top_k " + name, [&](tkz_ctx* ctx) {
        Ints indices({batch, 40}), flag({batch});
        const tkz_top_k_params params = {sizeof params, ranked, 40};
        EXPECT_EQUAL(tkz_top_k(ctx, nullptr, &params, ragged, &scores.view, &indices.view, nullptr,
                               flag.data.data()),
                     kOk);
        return std::vector<List>{indices.data, flag.data};
      });
    }
    expect_agreement("threshold_select " + name, [&](tkz_ctx* ctx) {
      Ints indices({batch, 150}), count({batch}), flag({batch});
      EXPECT_EQUAL(tkz_threshold_select(ctx, nullptr, ragged, &scores.view, &threshold.view,
                                        &indices.view, &count.view, flag.data.data()),
                   kOk);
      return std::vector<List>{indices.data, count.data, flag.data};
    });
    expect_agreement("quantile_select " + name, [&](tkz_ctx* ctx) {
      Ints indices({batch, 2, 60}), count({batch, 2}), flag({batch});
      const tkz_quantile_select_params params = {sizeof params, 0, 0.85};
      EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &params, ragged, &rows.view, nullptr,
                                       &indices.view, &count.view, flag.data.data()),
                   kOk);
      return std::vector<List>{indices.data, count.data, flag.data};
    });
    expect_agreement("stride_targets " + name, [&](tkz_ctx* ctx) {
      Ints indices({batch, 37});
      const tkz_stride_targets_params params = {sizeof params, 0, is_ragged ? 0 : kTokens};
      EXPECT_EQUAL(tkz_stride_targets(ctx, nullptr, &params, ragged, nullptr, &indices.view), kOk);
      return std::vector<List>{indices.data};
    });
    expect_agreement("local_penalty " + name, [&](tkz_ctx* ctx) {
      Tensor out(TKZ_F32, {lines, width});
      Ints flag({batch});
      const tkz_local_penalty_params params = {sizeof params, 3.0f, 15, 22, 2, 3};
      EXPECT_EQUAL(tkz_local_penalty(ctx, nullptr, &params, ragged, &scores.view, &position.view,
                                     &out.view, flag.data.data()),
                   kOk);
      // Of a NaN it matters that it is one.
      return std::vector<List>{kind == 3 ? List() : bits(out), flag.data};
    });
  }
}

/// Symmetric; entries are multiples of `step`, or any numbers when that is 0.
void make_distances(Tensor& matrix, float step) {
  matrix.randomize(11);
  const int64_t n = matrix.view.shape[1];
  for (int64_t b = 0; b < matrix.view.shape[0]; b++) {
    for (int64_t i = 0; i < n; i++) {
      for (int64_t j = 0; j < i; j++) {
        float value = std::fabs(matrix.get({b, i, j}));
        if (step > 0) value = step * std::ceil(value / step);
        matrix.set({b, i, j}, value);
        matrix.set({b, j, i}, value);
      }
    }
  }
}

/// Nothing but comparisons: equal distances decide nothing away from the lower index.
void greedy_max_min(float step) {
  const int64_t batch = 2, n = 90, m = 30;
  Tensor matrix(TKZ_F32, {batch, n, n});
  make_distances(matrix, step);
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_greedy_max_min_workspace(batch, n, &bytes), kOk);
  Workspace workspace(bytes);
  for (const int32_t input : {TKZ_DISTANCE, TKZ_SIMILARITY}) {
    expect_agreement("greedy_max_min", [&](tkz_ctx* ctx) {
      Ints indices({batch, m}), flag({batch});
      const tkz_greedy_max_min_params params = {sizeof params, input, 1, 0, m};
      EXPECT_EQUAL(tkz_greedy_max_min(ctx, nullptr, &params, nullptr, &matrix.view, &indices.view,
                                      flag.data.data(), workspace.data(), workspace.bytes),
                   kOk);
      return std::vector<List>{indices.data, flag.data};
    });
  }
}

/// Tokens that are alike only a little and weigh differently, so that no gain is near another.
void greedy_dpp() {
  const int64_t batch = 2, n = 60, m = 20;
  Tensor similarity(TKZ_F32, {batch, n, n}), weight(TKZ_F32, {batch, n});
  make_distances(similarity, 0.0f);
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t i = 0; i < n; i++) {
      for (int64_t j = 0; j < n; j++) {
        similarity.set({b, i, j}, i == j ? 1.0f : 0.002f * similarity.get({b, i, j}));
      }
      weight.set({b, i}, 1.0f + 0.05f * static_cast<float>(i * 37 % n));
    }
  }
  const tkz_greedy_dpp_params params = {sizeof params, 1, m};
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_greedy_dpp_workspace(&params, batch, n, &bytes), kOk);
  Workspace workspace(bytes);
  expect_agreement("greedy_dpp", [&](tkz_ctx* ctx) {
    Ints indices({batch, m}), flag({batch});
    EXPECT_EQUAL(tkz_greedy_dpp(ctx, nullptr, &params, nullptr, &similarity.view, &weight.view,
                                &indices.view, flag.data.data(), workspace.data(), workspace.bytes),
                 kOk);
    return std::vector<List>{indices.data, flag.data};
  });
}

/// Tokens in groups of a direction each, at distances from it that all differ.
void make_groups(Tensor& tokens, int64_t groups) {
  const int64_t batch = tokens.view.shape[0], n = tokens.view.shape[1], dim = tokens.view.shape[2];
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t i = 0; i < n; i++) {
      const int64_t group = i % groups;
      for (int64_t e = 0; e < dim; e++) tokens.set({b, i, e}, 0.0f);
      tokens.set({b, i, group}, 1.0f);
      tokens.set({b, i, groups + group}, 0.06f * static_cast<float>(i / groups));
    }
  }
}

/// Neighbours by falling cosine; a row comes once more as its own copy, which the lower index wins.
void top_neighbours(int32_t dtype) {
  const int64_t batch = 2, n = 63, groups = 7, dim = 16;
  Tensor tokens(dtype, {batch, n, dim}), similarity(TKZ_F32, {batch, n, 4});
  make_groups(tokens, groups);
  for (int64_t e = 0; e < dim; e++) tokens.set({1, 60, e}, tokens.get({1, 4, e}));
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_cosine_workspace(batch, batch * n, 0, dim, &bytes), kOk);
  Workspace workspace(bytes);
  for (const int32_t exclude_self : {0, 1}) {
    const tkz_top_neighbours_params params = {sizeof params, 0, 4, exclude_self};
    expect_agreement("top_neighbours", [&](tkz_ctx* ctx) {
      Ints index({batch, n, 4}), flag({batch});
      EXPECT_EQUAL(
          tkz_top_neighbours(ctx, nullptr, &params, nullptr, &tokens.view, nullptr, &index.view,
                             &similarity.view, flag.data.data(), workspace.data(), workspace.bytes),
          kOk);
      return std::vector<List>{index.data, flag.data};
    });
  }
}

/// All lists of VisionZip from scores with ties and from keys that leave no doubt.
void visionzip_select(int kind, bool has_cls) {
  const int64_t batch = 2, cls = has_cls ? 1 : 0, groups = 7, dim = 16;
  const tkz_visionzip_params params = budget(40, 9, has_cls);
  Tensor scores(TKZ_F32, {batch, kTokens}), key_mean(TKZ_F32, {batch, kTokens + cls, dim});
  make_scores(scores, kind);
  make_groups(key_mean, groups);
  expect_agreement("visionzip_select_scores " + std::to_string(kind), [&](tkz_ctx* ctx) {
    Selection lists(params, batch, kTokens + cls);
    EXPECT_EQUAL(tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &scores.view,
                                             &key_mean.view, &lists.view),
                 kOk);
    return std::vector<List>{lists.dominant,      lists.target, lists.merged,    lists.assign,
                             lists.member_offset, lists.member, lists.non_finite};
  });
}

/// Every source is a target and a little noise; targets come twice, of which the first counts.
void cosine_assign(int32_t dtype) {
  const int64_t batch = 2, n = 70, c = 24, dim = 48;
  Tensor source(dtype, {batch, n, dim}), target(dtype, {batch, c, dim});
  source.randomize(1, 0.1f);
  target.randomize(2);
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t e = 0; e < dim; e++) {
      for (int64_t t = 0; t < c / 2; t++) {
        target.set({b, t + c / 2, e}, target.get({b, t, e}));
      }
      for (int64_t i = 1; i < n; i++) {
        source.set({b, i, e}, source.get({b, i, e}) + target.get({b, i * 5 % c, e}));
      }
      source.set({b, 0, e}, 0.0f);
    }
  }
  for (const int32_t centred : {0, 1}) {
    // A mean subtracted from a zero row leaves a row like any other, which nothing marks out.
    if (centred) {
      for (int64_t e = 0; e < dim; e++) {
        for (int64_t b = 0; b < batch; b++) source.set({b, 0, e}, target.get({b, 3, e}));
      }
    }
    const tkz_cosine_params params = {sizeof params, centred};
    size_t bytes = 0;
    EXPECT_EQUAL(tkz_cosine_workspace(batch, batch * n, batch * c, dim, &bytes), kOk);
    Workspace workspace(bytes);
    expect_agreement("cosine_assign", [&](tkz_ctx* ctx) {
      Ints index({batch, n}), flag({batch});
      EXPECT_EQUAL(tkz_cosine_assign(ctx, nullptr, &params, nullptr, &source.view, nullptr,
                                     &target.view, nullptr, &index.view, nullptr, flag.data.data(),
                                     workspace.data(), workspace.bytes),
                   kOk);
      for (int64_t i = 1; i < n; i++)
        EXPECT_EQUAL(index.data[static_cast<size_t>(i)], static_cast<int32_t>(i * 5 % c % (c / 2)));
      return std::vector<List>{index.data, flag.data};
    });
  }
}

}  // namespace

int main() {
  for (int kind = 0; kind < kKinds; kind++) selections_from_scores(kind);
  for (const float step : {0.0f, 0.5f}) greedy_max_min(step);
  greedy_dpp();
  for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
    cosine_assign(dtype);
    top_neighbours(dtype);
  }
  for (int kind = 0; kind < kKinds; kind++) {
    for (const bool has_cls : {false, true}) visionzip_select(kind, has_cls);
  }
  return result();
}
