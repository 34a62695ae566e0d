// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// FiCoCo-V's layer against plain loops in double, against its steps as operators of their own, and
// the rules of its edge cases.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "expect.h"
#include "ints.h"
#include "tensors.h"

using namespace test;

namespace {

using List = std::vector<int32_t>;
using Doubles = std::vector<double>;

constexpr int32_t kOk = TKZ_OK;
constexpr float kScale = 0.3f;

struct Shape {
  int64_t batch, heads, key_heads, dim, patches, removals, width, capacity;
  int32_t grid_h, grid_w, has_cls;
  double epsilon;

  int64_t tokens() const { return patches + has_cls; }
  int64_t kept() const { return patches - removals; }
};

constexpr Shape kShapes[] = {
    {1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0.998},       {1, 2, 2, 4, 2, 1, 3, 2, 1, 2, 1, 0.5},
    {2, 2, 2, 16, 35, 7, 9, 3, 5, 7, 1, 0.95},      {2, 4, 2, 7, 36, 35, 16, 2, 6, 6, 1, 0.9},
    {3, 2, 1, 33, 64, 20, 33, 70, 9, 8, 0, 0.0},    {1, 3, 3, 64, 70, 65, 40, 4, 7, 10, 0, 1.0},
    {1, 2, 2, 16, 20, 0, 8, 1, 4, 5, 1, 0.998},     {3, 4, 4, 16, 600, 42, 24, 4, 24, 25, 1, 0.998},
    {1, 1, 1, 8, 1100, 150, 5, 6, 33, 34, 1, 0.997}};

struct Workspace {
  explicit Workspace(size_t needed) : bytes(needed), memory(needed + 256) {}
  void* data() {
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    return memory.data() + (256 - address % 256) % 256;
  }
  size_t bytes;
  std::vector<unsigned char> memory;
};

/// Arguments of one call, and the memory of what it decides.
struct Layer {
  Layer(int32_t preset, const Shape& s, int32_t dtype = TKZ_F32, Memory memory = Memory::kPadded)
      : shape(s),
        query(dtype, {s.batch, s.heads, s.tokens(), s.dim}, memory),
        keys(dtype, {s.batch, s.key_heads, s.tokens(), s.dim}, memory),
        tokens(dtype, {s.batch, s.tokens(), s.width}, Memory::kPadded),
        out(dtype, {s.batch, s.tokens() - s.removals, s.width}, Memory::kPadded),
        lse(TKZ_F32, {s.batch, s.heads, s.tokens()}),
        seen(TKZ_F32, {s.batch, s.patches}, Memory::kPadded),
        special(TKZ_F32, {s.batch, s.patches}, Memory::kPadded),
        cells({s.batch, s.patches}),
        scores(size(s.patches)),
        weights(size(s.removals * s.capacity)),
        removed(size(s.removals)),
        kept(size(s.kept())),
        kept_cells(size(s.kept())),
        targets(size(s.removals * s.capacity)),
        count(size(s.removals)),
        non_finite(size(1), 7) {
    params = {sizeof params, preset,     s.has_cls,  kScale, preset == 0 ? 0.35 : 0.65,
              s.epsilon,     s.removals, s.capacity, 2.0f,   s.grid_h,
              s.grid_w,      2,          2,          0};
    query.randomize(1);
    keys.randomize(2);
    tokens.randomize(3);
    special.randomize(4);
    // Some cells are empty, as in the later layers of a tower.
    for (int64_t i = 0; i < s.batch * s.patches; i++) {
      const int64_t spare = int64_t{s.grid_h} * s.grid_w - s.patches;
      cells.data[static_cast<size_t>(i)] =
          static_cast<int32_t>(i % s.patches + std::min(spare, i % s.patches / 3));
    }
  }

  bool released() const { return params.preset == TKZ_FICOCO_RELEASED; }

  size_t size(int64_t per_picture) const { return static_cast<size_t>(shape.batch * per_picture); }

  int32_t run(tkz_ctx* ctx) {
    size_t bytes = 0;
    EXPECT_EQUAL(tkz_ficoco_v_workspace(&params, shape.batch, shape.key_heads, shape.tokens(),
                                        shape.dim, &bytes),
                 kOk);
    Workspace workspace(bytes);
    tkz_ficoco_v_step step = {sizeof step,    scores.data(),     removed.data(),
                              kept.data(),    kept_cells.data(), targets.data(),
                              weights.data(), count.data(),      non_finite.data()};
    const bool special_given = !released() || shape.has_cls == 0;
    return tkz_ficoco_v_layer(
        ctx, nullptr, &params, nullptr, &query.view, &keys.view, &tokens.view, &cells.view,
        released() ? nullptr : &lse.view, released() ? nullptr : &seen.view,
        special_given ? &special.view : nullptr, &step, &out.view, workspace.data(), bytes);
  }

  /// Scaled logit of one head.
  double logit(int64_t b, int64_t h, int64_t i, int64_t j) const {
    double dot = 0;
    for (int64_t c = 0; c < shape.dim; c++) {
      dot += static_cast<double>(query.get({b, h, i, c})) *
             static_cast<double>(keys.get({b, h / (shape.heads / shape.key_heads), j, c}));
    }
    return static_cast<double>(kScale) * dot;
  }

  /// The mean over heads of logits or of probabilities between two positions.
  double map(int64_t b, int64_t i, int64_t j) const {
    double sum = 0;
    for (int64_t h = 0; h < shape.heads; h++) {
      const double z = logit(b, h, i, j);
      sum += released() ? z : std::exp(z - static_cast<double>(lse.get({b, h, i})));
    }
    return sum / static_cast<double>(shape.heads);
  }

  const Shape shape;
  tkz_ficoco_v_params params;
  Tensor query, keys, tokens, out, lse, seen, special;
  Ints cells;
  std::vector<float> scores, weights;
  List removed, kept, kept_cells, targets, count, non_finite;
};

/// What the paper's preset is given, found by the operators for it.
void find_attention(Layer& layer, tkz_ctx* ctx) {
  const Shape& s = layer.shape;
  EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, nullptr, kScale, &layer.query.view, &layer.keys.view,
                           &layer.lse.view),
               kOk);
  const tkz_attention_received_params received = {sizeof received, kScale, s.has_cls, -1,
                                                  s.has_cls,       -1,     0,         0};
  size_t bytes = 0;
  tkz_attention_received_workspace(ctx, &received, s.batch, s.heads, s.tokens(), s.dim, &bytes);
  Workspace workspace(bytes);
  Tensor seen(TKZ_F32, {s.batch, s.patches});
  EXPECT_EQUAL(
      tkz_attention_received(ctx, nullptr, &received, nullptr, &layer.query.view, &layer.keys.view,
                             &layer.lse.view, &seen.view, nullptr, workspace.data(), bytes),
      kOk);
  layer.seen.fill(seen.values());
}

Doubles unit(Doubles values) {
  double square = 0;
  for (const double v : values) square += v * v;
  for (double& v : values) v /= square == 0 ? 1 : std::sqrt(square);
  return values;
}

/// Scores of one picture in double, the penalty included.
Doubles naive_scores(const Layer& l, int64_t b) {
  const Shape& s = l.shape;
  Doubles seen, special;
  for (int64_t i = 0; i < s.patches; i++) {
    double emitted = 0;
    for (int64_t j = 0; l.released() && j < s.patches; j++) {
      emitted += l.map(b, s.has_cls + i, s.has_cls + j) / static_cast<double>(s.patches);
    }
    seen.push_back(l.released() ? emitted : static_cast<double>(l.seen.get({b, i})));
    special.push_back(l.released() && s.has_cls ? l.map(b, 0, 1 + i)
                                                : static_cast<double>(l.special.get({b, i})));
  }
  if (l.released()) {
    seen = unit(seen);
    special = unit(special);
  }
  Doubles scores;
  for (size_t i = 0; i < seen.size(); i++) {
    scores.push_back(l.params.lambda * seen[i] - (1 - l.params.lambda) * special[i]);
  }
  const Doubles before = scores;
  for (int64_t row = 0; row + 2 <= s.grid_h; row += 2) {
    for (int64_t column = 0; column + 2 <= s.grid_w; column += 2) {
      int64_t winner = -1;
      for (int64_t i = 0; i < s.patches; i++) {
        const int64_t cell = l.cells.data[static_cast<size_t>(b * s.patches + i)];
        const int64_t y = cell / s.grid_w - row, x = cell % s.grid_w - column;
        if (y < 0 || y > 1 || x < 0 || x > 1) continue;
        if (winner < 0 || before[static_cast<size_t>(i)] > before[static_cast<size_t>(winner)]) {
          winner = i;
        }
      }
      if (winner < 0) continue;
      double& v = scores[static_cast<size_t>(winner)];
      v = v > 0 ? 2 * v : v / 2;
    }
  }
  return scores;
}

template <class T>
std::vector<T> picture(const std::vector<T>& all, int64_t b, int64_t count) {
  return {all.begin() + b * count, all.begin() + (b + 1) * count};
}

/// The lists that follow from the scores that were found.
void expect_lists(const Layer& l, int64_t b) {
  const Shape& s = l.shape;
  const std::vector<float> scores = picture(l.scores, b, s.patches);
  List order(static_cast<size_t>(s.patches));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t x, int32_t y) {
    return scores[static_cast<size_t>(x)] > scores[static_cast<size_t>(y)];
  });
  List removed(order.begin(), order.begin() + s.removals),
      kept(order.begin() + s.removals, order.end());
  std::sort(removed.begin(), removed.end());
  std::sort(kept.begin(), kept.end());
  EXPECT_LIST(picture(l.removed, b, s.removals), removed);
  EXPECT_LIST(picture(l.kept, b, s.kept()), kept);
  List cells;
  for (const int32_t i : kept)
    cells.push_back(l.cells.data[static_cast<size_t>(b * s.patches + i)]);
  EXPECT_LIST(picture(l.kept_cells, b, s.kept()), cells);
}

/// Receivers, shares and tokens that follow from the lists.
void expect_tokens(const Layer& l, int64_t b, double tolerance) {
  const Shape& s = l.shape;
  const List removed = picture(l.removed, b, s.removals), kept = picture(l.kept, b, s.kept());
  const size_t m = kept.size();
  std::vector<Doubles> shares;
  for (int64_t i = 0; i < s.removals; i++) {
    Doubles row;
    for (const int32_t j : kept) {
      row.push_back(l.map(b, s.has_cls + removed[static_cast<size_t>(i)], s.has_cls + j));
    }
    Doubles sorted = row;
    std::sort(sorted.begin(), sorted.end());
    const auto wanted = static_cast<size_t>(tkz_quantile_count(s.epsilon, s.kept()));
    const double bound = sorted[m - wanted];
    double sum = 0;
    Doubles share(m, 0.0);
    List targets;
    for (size_t j = 0; j < m; j++) {
      if (row[j] < bound) continue;
      targets.push_back(static_cast<int32_t>(j));
      share[j] = l.released() ? std::exp(row[j] - sorted.back()) : row[j];
      sum += share[j];
    }
    for (double& a : share) a = sum == 0 ? 0 : a / sum;
    EXPECT_EQUAL(l.count[static_cast<size_t>(b * s.removals + i)],
                 static_cast<int32_t>(targets.size()));
    for (int64_t k = 0; k < s.capacity; k++) {
      const auto at = static_cast<size_t>((b * s.removals + i) * s.capacity + k);
      const bool listed = k < static_cast<int64_t>(targets.size());
      EXPECT_EQUAL(l.targets[at], listed ? targets[static_cast<size_t>(k)] : -1);
      const double weight =
          listed ? share[static_cast<size_t>(targets[static_cast<size_t>(k)])] : 0;
      EXPECT_NEAR(static_cast<double>(l.weights[at]), weight, 2e-5);
    }
    shares.push_back(share);
  }
  for (int64_t c = 0; c < s.width; c++) {
    if (s.has_cls) EXPECT_EQUAL(l.out.get({b, 0, c}), l.tokens.get({b, 0, c}));
    for (size_t j = 0; j < m; j++) {
      double sum = static_cast<double>(l.tokens.get({b, s.has_cls + kept[j], c})), total = 1;
      for (size_t i = 0; i < shares.size(); i++) {
        sum += shares[i][j] * static_cast<double>(l.tokens.get({b, s.has_cls + removed[i], c}));
        total += shares[i][j];
      }
      const double got =
          static_cast<double>(l.out.get({b, s.has_cls + static_cast<int64_t>(j), c}));
      if (total == 1) {
        EXPECT_EQUAL(got, sum);
      } else {
        EXPECT_NEAR(got, sum / total, tolerance);
      }
    }
  }
}

void matches_naive(int32_t backend, int32_t preset, const Shape& s, int32_t dtype) {
  const Context ctx(backend);
  Layer layer(preset, s, dtype);
  if (!layer.released()) find_attention(layer, ctx);
  EXPECT_EQUAL(layer.run(ctx), kOk);
  EXPECT_LIST(layer.non_finite, List(static_cast<size_t>(s.batch), 0));
  for (int64_t b = 0; b < s.batch; b++) {
    const Doubles scores = naive_scores(layer, b);
    for (size_t i = 0; i < scores.size(); i++) {
      EXPECT_NEAR(static_cast<double>(layer.scores[static_cast<size_t>(b * s.patches) + i]),
                  scores[i], 1e-5);
    }
    expect_lists(layer, b);
    expect_tokens(layer, b, dtype == TKZ_F32 ? 1e-5 : dtype == TKZ_F16 ? 1e-3 : 8e-3);
  }
  EXPECT_EQUAL(get(layer.out.view.data, dtype, layer.out.at({0, 0, s.width})), kUntouched);
}

/// All that a call wrote.
std::vector<unsigned char> bytes_of(const Layer& l) {
  std::vector<unsigned char> all = l.out.bytes();
  const auto add = [&](const auto& list) {
    const auto* data = reinterpret_cast<const unsigned char*>(list.data());
    all.insert(all.end(), data, data + list.size() * sizeof list[0]);
  };
  add(l.scores);
  add(l.weights);
  add(l.removed);
  add(l.kept);
  add(l.kept_cells);
  add(l.targets);
  add(l.count);
  add(l.non_finite);
  return all;
}

/// The same bits with any number of threads and from any layout of queries and keys, alone and in a
/// batch that is large enough for threads.
void does_not_depend(int32_t backend, int32_t dtype) {
  const Shape s = {3, 4, 4, 64, 576, 42, 256, 4, 24, 24, 1, 0.998};
  Layer first(TKZ_FICOCO_RELEASED, s, dtype, Memory::kTokensFirst);
  EXPECT_EQUAL(first.run(Context(backend, 1)), kOk);
  const std::vector<unsigned char> expected = bytes_of(first);
  for (const Memory memory : {Memory::kTokensFirst, Memory::kContiguous, Memory::kPadded}) {
    for (const int32_t threads : {1, 2, 3, 5}) {
      Layer again(TKZ_FICOCO_RELEASED, s, dtype, memory);
      EXPECT_EQUAL(again.run(Context(backend, threads)), kOk);
      EXPECT_EQUAL(bytes_of(again) == expected, true);
    }
  }
}

/// Rows of equal correlations: every kept patch is a receiver, more than the list has room for.
void ties_all_receive(int32_t backend, int32_t preset) {
  const Shape s = {1, 1, 1, 4, 12, 3, 2, 2, 3, 4, 1, 0.9};
  Layer layer(preset, s);
  layer.keys.fill(std::vector<float>(static_cast<size_t>(layer.keys.count()), 0.5f));
  const Context ctx(backend);
  if (!layer.released()) find_attention(layer, ctx);
  EXPECT_EQUAL(layer.run(ctx), kOk);
  EXPECT_LIST(layer.count, List({9, 9, 9}));
  EXPECT_LIST(layer.targets, List({0, 1, 0, 1, 0, 1}));
  for (const float weight : layer.weights) EXPECT_NEAR(weight, 1.0 / 9, 1e-6);
  expect_tokens(layer, 0, 1e-5);
}

/// Equal scores: the lower patches go. Correlations of 0 hand over nothing.
void zeros(int32_t backend) {
  const Shape s = {1, 2, 2, 3, 9, 4, 5, 3, 1, 9, 1, 0.5};
  Layer layer(TKZ_FICOCO_PAPER, s);
  const std::vector<float> nothing(9, 0.0f);
  layer.seen.fill(nothing);
  layer.special.fill({0.0f, -0.0f, 0.0f, -0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f});
  layer.lse.fill(std::vector<float>(20, 1e4f));  // no query attends to anything
  EXPECT_EQUAL(layer.run(Context(backend)), kOk);
  EXPECT_LIST(layer.removed, List({0, 1, 2, 3}));
  EXPECT_LIST(layer.kept, List({4, 5, 6, 7, 8}));
  EXPECT_LIST(layer.count, List({5, 5, 5, 5}));
  for (const float weight : layer.weights) EXPECT_EQUAL(weight, 0.0f);
  for (int64_t j = 0; j < 6; j++) {
    EXPECT_EQUAL(layer.out.get({0, j, 4}), layer.tokens.get({0, j == 0 ? 0 : j + 4, 4}));
  }
}

/// A picture with a NaN or infinity that decides is flagged, the others are not; one in a token is
/// none of our business.
void flags(int32_t backend, int32_t preset) {
  const Shape s = {4, 2, 2, 5, 30, 6, 4, 2, 5, 6, 1, 0.95};
  const Context ctx(backend);
  Layer layer(preset, s);
  if (!layer.released()) find_attention(layer, ctx);
  layer.tokens.set({0, 3, 1}, NAN);
  if (layer.released()) {
    layer.keys.set({1, 0, 7, 2}, NAN);
    layer.query.set({2, 1, 9, 0}, INFINITY);
  } else {
    layer.special.set({1, 7}, NAN);
    layer.seen.set({2, 7}, -INFINITY);
  }
  EXPECT_EQUAL(layer.run(ctx), kOk);
  EXPECT_LIST(layer.non_finite, List({0, 1, 1, 0}));
  for (size_t i = 0; i < layer.removed.size(); i++) {
    EXPECT_EQUAL(layer.removed[i] >= 0 && layer.removed[i] < s.patches, true);
  }
  // Only a removed patch's query is looked at by the paper's correlation.
  if (!layer.released()) {
    Layer next(preset, s);
    find_attention(next, ctx);
    const int64_t position = layer.removed[static_cast<size_t>(3 * s.removals)] + 1;
    next.lse.set({3, 1, position}, NAN);
    EXPECT_EQUAL(next.run(ctx), kOk);
    EXPECT_LIST(next.non_finite, List({0, 0, 0, 1}));
  }
}

void empty(int32_t backend) {
  const Context ctx(backend);
  for (const int32_t preset : {TKZ_FICOCO_PAPER, TKZ_FICOCO_RELEASED}) {
    for (const int32_t has_cls : {0, 1}) {
      Layer no_patches(preset, {2, 1, 1, 4, 0, 0, 3, 2, 2, 2, has_cls, 0.9});
      EXPECT_EQUAL(no_patches.run(ctx), kOk);
      EXPECT_LIST(no_patches.non_finite, List({0, 0}));
      for (int64_t b = 0; has_cls && b < 2; b++) {
        EXPECT_EQUAL(no_patches.out.get({b, 0, 2}), no_patches.tokens.get({b, 0, 2}));
      }
      Layer no_pictures(preset, {0, 1, 1, 4, 6, 2, 3, 2, 2, 3, has_cls, 0.9});
      EXPECT_EQUAL(no_pictures.run(ctx), kOk);
    }
  }
}

void refuses(int32_t backend) {
  const Context ctx(backend);
  const Shape s = {1, 2, 2, 4, 12, 3, 2, 2, 3, 4, 1, 0.9};
  const auto error = [&](const auto& change) {
    Layer layer(TKZ_FICOCO_RELEASED, s);
    size_t bytes = 1 << 16;
    Workspace workspace(bytes);
    tkz_ficoco_v_step step = {
        sizeof step,          layer.scores.data(),     layer.removed.data(),
        layer.kept.data(),    layer.kept_cells.data(), layer.targets.data(),
        layer.weights.data(), layer.count.data(),      layer.non_finite.data()};
    const tkz_tensor* seen = nullptr;
    change(layer, step, seen, bytes);
    EXPECT_EQUAL(
        tkz_ficoco_v_layer(ctx, nullptr, &layer.params, nullptr, &layer.query.view,
                           &layer.keys.view, &layer.tokens.view, &layer.cells.view, nullptr, seen,
                           nullptr, &step, &layer.out.view, workspace.data(), bytes) < 0,
        true);
    return std::string(tkz_last_error());
  };
  using Seen = const tkz_tensor*;
  EXPECT_EQUAL(error([](Layer& l, auto&, Seen&, size_t&) { l.params.size = 3; }),
               std::string("tkz_ficoco_v_layer: params.size must be 72, got 3"));
  EXPECT_EQUAL(
      error([](Layer& l, auto&, Seen&, size_t&) { l.params.preset = 2; }),
      std::string("tkz_ficoco_v_layer: params.preset must be 0 (paper) or 1 (released), got 2"));
  EXPECT_EQUAL(error([](Layer& l, auto&, Seen&, size_t&) { l.params.preset = 0; }),
               std::string("tkz_ficoco_v_layer: lse must not be null, got null"));
  EXPECT_EQUAL(error([](Layer& l, auto&, Seen&, size_t&) { l.params.lambda = 1.5; }),
               std::string("tkz_ficoco_v_layer: params.lambda must be from 0 to 1, got 1.5"));
  EXPECT_EQUAL(error([](Layer& l, auto&, Seen&, size_t&) { l.params.epsilon = NAN; }),
               std::string("tkz_ficoco_v_layer: params.epsilon must be from 0 to 1, got nan"));
  EXPECT_EQUAL(
      error([](Layer& l, auto&, Seen&, size_t&) { l.params.removals = 12; }),
      std::string("tkz_ficoco_v_layer: params.removals must be at most 11 of 12 patches, got 12"));
  EXPECT_EQUAL(
      error([](Layer& l, auto&, Seen&, size_t&) { l.params.removals = 2; }),
      std::string("tkz_ficoco_v_layer: extent O of out [B,O,D] must be 11 as what is left of "
                  "tokens has it, got 10"));
  EXPECT_EQUAL(error([](Layer& l, auto&, Seen& seen, size_t&) { seen = &l.seen.view; }),
               std::string("tkz_ficoco_v_layer: seen must be null where it is found from queries "
                           "and keys or not used, got a tensor"));
  EXPECT_EQUAL(
      error([](Layer&, auto& step, Seen&, size_t&) { step.targets = nullptr; }),
      std::string("tkz_ficoco_v_layer: step.targets must point to 6 values per picture, got null"));
  EXPECT_EQUAL(error([](Layer&, auto&, Seen&, size_t& bytes) {
                 bytes = 5;
               }).find("tkz_ficoco_v_layer: workspace must have at least "),
               size_t{0});
}

const char* name_of(int32_t backend) { return backend == TKZ_BACKEND_CPU ? "cpu " : "emulation "; }

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    for (const int32_t preset : {TKZ_FICOCO_PAPER, TKZ_FICOCO_RELEASED}) {
      const std::string name = name_of(backend) + std::string(preset == 0 ? "paper " : "released ");
      for (const Shape& s : kShapes) {
        // Mean logits of a thousand patches with each other take long in double.
        if (s.patches > 700 && preset == TKZ_FICOCO_RELEASED) continue;
        for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
          if (s.patches > 500 && dtype != TKZ_F32) continue;
          run(name + std::to_string(s.patches) + " patches, dtype " + std::to_string(dtype),
              [&] { matches_naive(backend, preset, s, dtype); });
        }
      }
      run(name + "ties", [&] { ties_all_receive(backend, preset); });
      run(name + "flags", [&] { flags(backend, preset); });
    }
    for (const int32_t dtype : {TKZ_F32, TKZ_BF16}) {
      run(name_of(backend) + std::string("independence"), [&] { does_not_depend(backend, dtype); });
    }
    run(name_of(backend) + std::string("zeros"), [&] { zeros(backend); });
    run(name_of(backend) + std::string("empty"), [&] { empty(backend); });
    run(name_of(backend) + std::string("refusals"), [&] { refuses(backend); });
  }
  return result();
}
