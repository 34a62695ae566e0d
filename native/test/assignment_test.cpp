// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The cosine operators against plain loops in double, on every backend and storage type.
#include <algorithm>
#include <cmath>
#include <limits>

#include "expect.h"
#include "tensors.h"

using namespace test;

namespace {

constexpr int32_t kFloats[] = {TKZ_F32, TKZ_F16, TKZ_BF16};
constexpr double kTolerance = 4e-6;
constexpr int32_t kOk = TKZ_OK;
using Vectors = std::vector<std::vector<double>>;

/// An int32 tensor, contiguous.
struct Integers {
  explicit Integers(std::vector<int64_t> shape, std::vector<int32_t> v = {})
      : values(std::move(v)) {
    size_t count = 1;
    view.dtype = TKZ_I32;
    view.ndim = static_cast<int32_t>(shape.size());
    for (size_t i = shape.size(); i-- > 0;) {
      view.shape[i] = shape[i];
      view.stride[i] = static_cast<int64_t>(count);
      count *= static_cast<size_t>(shape[i]);
    }
    values.resize(std::max(count, values.size()), -77);
    view.data = values.data();
  }
  std::vector<int32_t> values;
  tkz_tensor view = {};
};

struct Workspace {
  Workspace(int64_t batch, int64_t rows, int64_t others, int64_t dim) {
    EXPECT_EQUAL(tkz_cosine_workspace(batch, rows, others, dim, &bytes), kOk);
    memory.assign(bytes + 256, 0xff);  // NaN: nothing may count on zeros
    const uintptr_t address = reinterpret_cast<uintptr_t>(memory.data());
    data = memory.data() + (256 - address % 256) % 256;
  }
  size_t bytes = 0;
  unsigned char* data;
  std::vector<unsigned char> memory;
};

/// Rows of `count` from `first` on, centred when asked.
Vectors rows_of(const Tensor& x, int64_t image, int64_t first, int64_t count, bool centred) {
  const int64_t dim = x.view.shape[2];
  Vectors rows(static_cast<size_t>(count), std::vector<double>(static_cast<size_t>(dim)));
  for (int64_t k = 0; k < dim; k++) {
    double mean = 0;
    for (int64_t i = 0; i < count; i++) {
      const double value = x.get({image, first + i, k});
      rows[static_cast<size_t>(i)][static_cast<size_t>(k)] = value;
      mean += value / static_cast<double>(count);
    }
    for (auto& row : rows) row[static_cast<size_t>(k)] -= centred ? mean : 0.0;
  }
  return rows;
}

double cosine(const std::vector<double>& a, const std::vector<double>& b) {
  double dot = 0, aa = 0, bb = 0;
  for (size_t k = 0; k < a.size(); k++) {
    dot += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  return aa > 0 && bb > 0 ? dot / std::sqrt(aa) / std::sqrt(bb) : 0.0;
}

/// Normal numbers with what is special among them: zero rows, negative zeros, equal rows, rows of
/// extreme length, denormals.
void fill(Tensor& x, uint32_t seed, bool special) {
  x.randomize(seed);
  if (!special) return;
  const int64_t dim = x.view.shape[2];
  const bool wide = x.view.dtype != TKZ_F16;
  for (int64_t b = 0; b < x.view.shape[0]; b++) {
    for (int64_t i = 0; i < x.view.shape[1]; i++) {
      for (int64_t k = 0; k < dim; k++) {
        const float value = x.get({b, i, k});
        if (i % 11 == 3) x.set({b, i, k}, 0.0f);
        if (i % 11 == 4) x.set({b, i, k}, -0.0f);
        if (i % 11 == 5 && i >= 3) x.set({b, i, k}, x.get({b, i - 3, k}));
        if (i % 11 == 6) x.set({b, i, k}, wide ? value * 1e37f : value * 1e4f);
        if (i % 11 == 7) x.set({b, i, k}, wide ? value * 1e-39f : value * 1e-6f);
        if (i % 11 == 8) x.set({b, i, k}, wide ? value * 1e-20f : value);
      }
    }
  }
}

struct Shape {
  int64_t batch, rows, others, dim;  // others < 0: the rows themselves
  Memory memory;
  bool centred, special;
};

void near_best(const std::vector<double>& source, const Vectors& targets,
               const std::vector<int32_t>& target_rows, int32_t got, float best) {
  double highest = -2;
  for (const int32_t row : target_rows) {
    if (row >= 0) highest = std::max(highest, cosine(source, targets[static_cast<size_t>(row)]));
  }
  if (highest < -1.5) {
    EXPECT_EQUAL(got, -1);
    EXPECT_EQUAL(best, 0.0f);
    return;
  }
  const bool in_range = got >= 0 && got < static_cast<int32_t>(target_rows.size()) &&
                        target_rows[static_cast<size_t>(got)] >= 0;
  EXPECT_EQUAL(in_range, true);
  if (!in_range) return;
  const size_t row = static_cast<size_t>(target_rows[static_cast<size_t>(got)]);
  EXPECT_NEAR(best, highest, kTolerance);
  EXPECT_NEAR(cosine(source, targets[row]), highest, kTolerance);
  // Equal rows have equal cosines, and then the first counts.
  for (size_t i = 0; i < static_cast<size_t>(got); i++) {
    if (target_rows[i] < 0) continue;
    EXPECT_EQUAL(targets[static_cast<size_t>(target_rows[i])] == targets[row], false);
  }
}

void assign(int32_t backend, int32_t dtype, const Shape& s, bool lists) {
  const Context ctx(backend);
  Tensor x(dtype, {s.batch, s.rows, s.dim}, s.memory);
  Tensor y(dtype, {s.batch, std::max<int64_t>(s.others, 0), s.dim}, s.memory);
  fill(x, 1, s.special);
  fill(y, 2, s.special);
  const bool shared = s.others < 0;
  const int64_t targets = shared ? s.rows : s.others;
  // Sources: every odd row; targets: every even row backwards, and entries that are no row.
  const int64_t k = s.rows / 2 + 1, m = targets / 2 + 3;
  Integers source_index({s.batch, k}), target_index({s.batch, m});
  for (int64_t b = 0; b < s.batch; b++) {
    for (int64_t i = 0; i < k; i++) {
      source_index.values[static_cast<size_t>(b * k + i)] = static_cast<int32_t>(2 * i + 1);
    }
    for (int64_t i = 0; i < m; i++) {
      target_index.values[static_cast<size_t>(b * m + i)] =
          static_cast<int32_t>(targets - targets % 2 - 2 * i + (i == 1 ? 100000 : 0));
    }
  }
  const int64_t outputs = lists ? k : s.rows;
  Integers index({s.batch, outputs}), alone({s.batch, outputs});
  Tensor best(TKZ_F32, {s.batch, outputs});
  std::vector<int32_t> flags(static_cast<size_t>(s.batch), -1);
  Workspace workspace(s.batch, s.batch * s.rows, shared ? 0 : s.batch * s.others, s.dim);
  const tkz_cosine_params params = {sizeof params, s.centred};
  const auto call = [&](Integers& out, tkz_tensor* out_best, int32_t* non_finite) {
    EXPECT_EQUAL(tkz_cosine_assign(ctx, nullptr, &params, nullptr, &x.view,
                                   lists ? &source_index.view : nullptr,
                                   shared ? (lists ? nullptr : &x.view) : &y.view,
                                   lists ? &target_index.view : nullptr, &out.view, out_best,
                                   non_finite, workspace.data, workspace.bytes),
                 kOk);
  };
  call(index, &best.view, flags.data());
  call(alone, nullptr, nullptr);
  EXPECT_LIST(alone.values, index.values);
  for (int64_t b = 0; b < s.batch; b++) {
    EXPECT_EQUAL(flags[static_cast<size_t>(b)], 0);
    const Vectors sources = rows_of(x, b, 0, s.rows, s.centred);
    const Vectors all = shared ? sources : rows_of(y, b, 0, s.others, s.centred);
    std::vector<int32_t> target_rows;
    for (int64_t i = 0; i < (lists ? m : targets); i++) {
      const int64_t row = lists ? target_index.values[static_cast<size_t>(b * m + i)] : i;
      target_rows.push_back(row >= 0 && row < targets ? static_cast<int32_t>(row) : -1);
    }
    for (int64_t i = 0; i < outputs; i++) {
      const int32_t got = index.values[static_cast<size_t>(b * outputs + i)];
      const int64_t row = lists ? 2 * i + 1 : i;
      if (row >= s.rows) {
        EXPECT_EQUAL(got, -1);
        EXPECT_EQUAL(best.get({b, i}), 0.0f);
      } else {
        near_best(sources[static_cast<size_t>(row)], all, target_rows, got, best.get({b, i}));
      }
    }
  }
}

void matrix(int32_t backend, int32_t dtype, const Shape& s) {
  const Context ctx(backend);
  Tensor x(dtype, {s.batch, s.rows, s.dim}, s.memory);
  fill(x, 1, s.special);
  Tensor out(TKZ_F32, {s.batch, s.rows, s.rows}), mean(TKZ_F32, {s.batch, s.rows});
  std::vector<int32_t> flags(static_cast<size_t>(s.batch), -1), mean_flags = flags;
  Workspace workspace(s.batch, s.batch * s.rows, 0, s.dim);
  const tkz_cosine_params params = {sizeof params, s.centred};
  EXPECT_EQUAL(tkz_cosine_matrix(ctx, nullptr, &params, nullptr, &x.view, &out.view, flags.data(),
                                 workspace.data, workspace.bytes),
               kOk);
  EXPECT_EQUAL(tkz_mean_cosine(ctx, nullptr, nullptr, &x.view, &mean.view, mean_flags.data(),
                               workspace.data, workspace.bytes),
               kOk);
  for (int64_t b = 0; b < s.batch; b++) {
    EXPECT_EQUAL(flags[static_cast<size_t>(b)], 0);
    EXPECT_EQUAL(mean_flags[static_cast<size_t>(b)], 0);
    const Vectors rows = rows_of(x, b, 0, s.rows, s.centred);
    const Vectors plain = rows_of(x, b, 0, s.rows, false);
    for (int64_t i = 0; i < s.rows; i++) {
      double sum = 0;
      for (int64_t j = 0; j < s.rows; j++) {
        const double expected = cosine(rows[static_cast<size_t>(i)], rows[static_cast<size_t>(j)]);
        EXPECT_NEAR(out.get({b, i, j}), expected, kTolerance);
        EXPECT_EQUAL(out.get({b, i, j}), out.get({b, j, i}));
        sum += cosine(plain[static_cast<size_t>(i)], plain[static_cast<size_t>(j)]);
      }
      EXPECT_NEAR(mean.get({b, i}), sum / static_cast<double>(s.rows), kTolerance);
    }
  }
}

void neighbours(int32_t backend, int32_t dtype, const Shape& s, int32_t wanted, bool exclude) {
  const Context ctx(backend);
  const bool shared = s.others < 0;
  Tensor x(dtype, {s.batch, s.rows, s.dim}, s.memory);
  Tensor y(dtype, {s.batch, std::max<int64_t>(s.others, 0), s.dim}, s.memory);
  fill(x, 1, s.special);
  fill(y, 2, s.special);
  Integers index({s.batch, s.rows, wanted});
  Tensor similarity(TKZ_F32, {s.batch, s.rows, wanted});
  std::vector<int32_t> flags(static_cast<size_t>(s.batch), -1);
  Workspace workspace(s.batch, s.batch * s.rows, shared ? 0 : s.batch * s.others, s.dim);
  const tkz_top_neighbours_params params = {sizeof params, s.centred, wanted, exclude};
  EXPECT_EQUAL(tkz_top_neighbours(ctx, nullptr, &params, nullptr, &x.view,
                                  shared ? nullptr : &y.view, &index.view, &similarity.view,
                                  flags.data(), workspace.data, workspace.bytes),
               kOk);
  for (int64_t b = 0; b < s.batch; b++) {
    EXPECT_EQUAL(flags[static_cast<size_t>(b)], 0);
    const Vectors rows = rows_of(x, b, 0, s.rows, s.centred);
    const Vectors all = shared ? rows : rows_of(y, b, 0, s.others, s.centred);
    for (int64_t i = 0; i < s.rows; i++) {
      std::vector<double> sorted;
      for (size_t j = 0; j < all.size(); j++) {
        if (exclude && static_cast<int64_t>(j) == i) continue;
        sorted.push_back(cosine(rows[static_cast<size_t>(i)], all[j]));
      }
      std::sort(sorted.rbegin(), sorted.rend());
      std::vector<int32_t> seen;
      for (int64_t r = 0; r < wanted; r++) {
        const int32_t got = index.values[static_cast<size_t>((b * s.rows + i) * wanted + r)];
        const float value = similarity.get({b, i, r});
        if (r >= static_cast<int64_t>(sorted.size())) {
          EXPECT_EQUAL(got, -1);
          EXPECT_EQUAL(value, 0.0f);
          continue;
        }
        EXPECT_EQUAL(got >= 0 && got < static_cast<int32_t>(all.size()), true);
        if (got < 0 || got >= static_cast<int32_t>(all.size())) continue;
        EXPECT_EQUAL(std::count(seen.begin(), seen.end(), got), 0);
        seen.push_back(got);
        EXPECT_EQUAL(exclude && got == i, false);
        EXPECT_NEAR(value, sorted[static_cast<size_t>(r)], kTolerance);
        EXPECT_NEAR(value, cosine(rows[static_cast<size_t>(i)], all[static_cast<size_t>(got)]),
                    kTolerance);
        if (r == 0) continue;
        const float before = similarity.get({b, i, r - 1});
        EXPECT_EQUAL(before > value || (before == value && seen[seen.size() - 2] < got), true);
      }
    }
  }
}

/// A ragged batch gives, picture by picture, the bits of calls with one picture.
void ragged(int32_t backend, int32_t dtype, bool centred) {
  const Context ctx(backend);
  const std::vector<int32_t> offsets = {0, 5, 5, 75, 78};
  const int64_t batch = 4, total = 80, max_tokens = 71, dim = 40, wanted = 3;
  Tensor x(dtype, {1, total, dim}, Memory::kPadded);
  x.randomize(5);
  const tkz_ragged pictures = {sizeof pictures, 0, batch, max_tokens, offsets.data()};
  const tkz_cosine_params params = {sizeof params, centred};
  const tkz_top_neighbours_params top = {sizeof top, centred, wanted, 1};
  Integers targets({batch, 4}), index({1, total}), near({1, total, wanted});
  for (int64_t i = 0; i < 4 * batch; i++) {
    targets.values[static_cast<size_t>(i)] = static_cast<int32_t>(i % 4 == 3 ? -1 : 2 - i % 4);
  }
  Tensor best(TKZ_F32, {1, total}), similarity(TKZ_F32, {1, total, wanted});
  Tensor cosines(TKZ_F32, {batch, max_tokens, max_tokens}), mean(TKZ_F32, {1, total});
  std::vector<int32_t> flags(16, -1);
  Workspace workspace(batch, total, 0, dim);
  EXPECT_EQUAL(
      tkz_cosine_assign(ctx, nullptr, &params, &pictures, &x.view, nullptr, nullptr, &targets.view,
                        &index.view, &best.view, &flags[0], workspace.data, workspace.bytes),
      kOk);
  EXPECT_EQUAL(tkz_cosine_matrix(ctx, nullptr, &params, &pictures, &x.view, &cosines.view,
                                 &flags[4], workspace.data, workspace.bytes),
               kOk);
  EXPECT_EQUAL(tkz_top_neighbours(ctx, nullptr, &top, &pictures, &x.view, nullptr, &near.view,
                                  &similarity.view, &flags[8], workspace.data, workspace.bytes),
               kOk);
  EXPECT_EQUAL(tkz_mean_cosine(ctx, nullptr, &pictures, &x.view, &mean.view, &flags[12],
                               workspace.data, workspace.bytes),
               kOk);
  for (const int32_t flag : flags) EXPECT_EQUAL(flag, 0);
  for (int64_t b = 0; b < batch; b++) {
    const int64_t first = offsets[static_cast<size_t>(b)];
    const int64_t count = offsets[static_cast<size_t>(b) + 1] - first;
    tkz_tensor one = x.view;
    one.data = static_cast<char*>(one.data) + first * one.stride[1] * size_of(dtype);
    one.shape[1] = count;
    Integers one_targets({1, 4}, {2, 1, 0, -1}), one_index({1, count});
    Integers one_near({1, count, wanted});
    Tensor one_best(TKZ_F32, {1, count}), one_similarity(TKZ_F32, {1, count, wanted});
    Tensor one_cosines(TKZ_F32, {1, count, count}), one_mean(TKZ_F32, {1, count});
    EXPECT_EQUAL(tkz_cosine_assign(ctx, nullptr, &params, nullptr, &one, nullptr, nullptr,
                                   &one_targets.view, &one_index.view, &one_best.view, nullptr,
                                   workspace.data, workspace.bytes),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_cosine_matrix(ctx, nullptr, &params, nullptr, &one, &one_cosines.view, nullptr,
                                   workspace.data, workspace.bytes),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_top_neighbours(ctx, nullptr, &top, nullptr, &one, nullptr, &one_near.view,
                                    &one_similarity.view, nullptr, workspace.data, workspace.bytes),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_mean_cosine(ctx, nullptr, nullptr, &one, &one_mean.view, nullptr,
                                 workspace.data, workspace.bytes),
                 int32_t{TKZ_OK});
    for (int64_t i = 0; i < max_tokens; i++) {
      for (int64_t j = 0; j < max_tokens; j++) {
        const float expected = i < count && j < count ? one_cosines.get({0, i, j}) : 0.0f;
        EXPECT_EQUAL(cosines.get({b, i, j}), expected);
      }
      if (i >= count) continue;
      EXPECT_EQUAL(index.values[static_cast<size_t>(first + i)],
                   one_index.values[static_cast<size_t>(i)]);
      EXPECT_EQUAL(best.get({0, first + i}), one_best.get({0, i}));
      EXPECT_EQUAL(mean.get({0, first + i}), one_mean.get({0, i}));
      for (int64_t r = 0; r < wanted; r++) {
        EXPECT_EQUAL(near.values[static_cast<size_t>((first + i) * wanted + r)],
                     one_near.values[static_cast<size_t>(i * wanted + r)]);
        EXPECT_EQUAL(similarity.get({0, first + i, r}), one_similarity.get({0, i, r}));
      }
    }
  }
  for (int64_t i = 78; i < total; i++) {
    EXPECT_EQUAL(index.values[static_cast<size_t>(i)], -77);
    EXPECT_EQUAL(best.get({0, i}), kUntouched);
  }
}

/// Equal rows everywhere: the first target, neighbours in order, and small whole numbers, whose
/// arithmetic is exact, tie to the bit.
void ties(int32_t backend, int32_t dtype) {
  const Context ctx(backend);
  const int64_t n = 70, dim = 16;
  Tensor x(dtype, {1, n, dim});
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < dim; k++) x.set({0, i, k}, static_cast<float>(k % 3) - 1.0f);
  }
  Integers index({1, n}), near({1, n, 3});
  Tensor similarity(TKZ_F32, {1, n, 3});
  Workspace workspace(1, n, 0, dim);
  const tkz_cosine_params params = {sizeof params, 0};
  const tkz_top_neighbours_params top = {sizeof top, 0, 3, 1};
  EXPECT_EQUAL(tkz_cosine_assign(ctx, nullptr, &params, nullptr, &x.view, nullptr, nullptr, nullptr,
                                 &index.view, nullptr, nullptr, workspace.data, workspace.bytes),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_top_neighbours(ctx, nullptr, &top, nullptr, &x.view, nullptr, &near.view,
                                  &similarity.view, nullptr, workspace.data, workspace.bytes),
               int32_t{TKZ_OK});
  for (int32_t i = 0; i < n; i++) {
    EXPECT_EQUAL(index.values[static_cast<size_t>(i)], 0);
    for (int32_t r = 0; r < 3; r++) {
      EXPECT_EQUAL(near.values[static_cast<size_t>(3 * i + r)], r + (r >= i ? 1 : 0));
    }
  }
}

/// What is not finite is flagged where it takes part, and lists stay in range.
void non_finite(int32_t backend, int32_t dtype, float value) {
  const Context ctx(backend);
  const int64_t n = 9, dim = 24;
  Tensor x(dtype, {2, n, dim});
  x.randomize(3);
  x.set({1, 4, 17}, value);
  Workspace workspace(2, 2 * n, 0, dim);
  Integers sources({2, 2}, {0, 4, 0, 3}), targets({2, 2}, {1, 2, 1, 4}), index({2, 2});
  Integers near({2, n, 3});
  Tensor best(TKZ_F32, {2, 2}), cosines(TKZ_F32, {2, n, n}), mean(TKZ_F32, {2, n});
  Tensor similarity(TKZ_F32, {2, n, 3});
  tkz_cosine_params params = {sizeof params, 0};
  const tkz_top_neighbours_params top = {sizeof top, 0, 3, 0};
  const auto assign_flags = [&] {
    std::vector<int32_t> flags = {-1, -1};
    EXPECT_EQUAL(tkz_cosine_assign(ctx, nullptr, &params, nullptr, &x.view, &sources.view, nullptr,
                                   &targets.view, &index.view, &best.view, flags.data(),
                                   workspace.data, workspace.bytes),
                 int32_t{TKZ_OK});
    for (const int32_t i : index.values) EXPECT_EQUAL(i == 0 || i == 1, true);
    return flags;
  };
  EXPECT_LIST(assign_flags(), {0, 1});
  targets.values[3] = 5;
  EXPECT_LIST(assign_flags(), {0, 0});
  sources.values[3] = 4;
  EXPECT_LIST(assign_flags(), {0, 1});
  sources.values[3] = 2;
  params.centred = 1;  // the mean is over all rows
  EXPECT_LIST(assign_flags(), {0, 1});
  params.centred = 0;
  std::vector<int32_t> flags = {-1, -1};
  EXPECT_EQUAL(tkz_cosine_matrix(ctx, nullptr, &params, nullptr, &x.view, &cosines.view,
                                 flags.data(), workspace.data, workspace.bytes),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags, {0, 1});
  flags = {-1, -1};
  EXPECT_EQUAL(tkz_mean_cosine(ctx, nullptr, nullptr, &x.view, &mean.view, flags.data(),
                               workspace.data, workspace.bytes),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags, {0, 1});
  flags = {-1, -1};
  EXPECT_EQUAL(tkz_top_neighbours(ctx, nullptr, &top, nullptr, &x.view, nullptr, &near.view,
                                  &similarity.view, flags.data(), workspace.data, workspace.bytes),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags, {0, 1});
  for (const int32_t i : near.values) EXPECT_EQUAL(i >= 0 && i < n, true);
  for (const float v : similarity.values()) EXPECT_EQUAL(std::isfinite(v), true);
}

/// Work large enough for several threads gives the same bits with any number of them, and twice.
void threads_do_not_show() {
  for (const int64_t batch : {1, 3}) {
    const int64_t n = 601, dim = 130;
    Tensor x(TKZ_F16, {batch, n, dim});
    x.randomize(1);
    std::vector<std::vector<unsigned char>> first;
    std::vector<int32_t> first_index, first_near;
    for (const int32_t threads : {1, 2, 3, 7, 7}) {
      const Context ctx(TKZ_BACKEND_CPU, threads);
      Integers index({batch, n}), near({batch, n, 5});
      Tensor cosines(TKZ_F32, {batch, n, n}), mean(TKZ_F32, {batch, n}), best(TKZ_F32, {batch, n});
      Tensor similarity(TKZ_F32, {batch, n, 5});
      Workspace workspace(batch, batch * n, 0, dim);
      const tkz_cosine_params params = {sizeof params, 1};
      const tkz_top_neighbours_params top = {sizeof top, 0, 5, 1};
      EXPECT_EQUAL(
          tkz_cosine_assign(ctx, nullptr, &params, nullptr, &x.view, nullptr, nullptr, nullptr,
                            &index.view, &best.view, nullptr, workspace.data, workspace.bytes),
          int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_cosine_matrix(ctx, nullptr, &params, nullptr, &x.view, &cosines.view,
                                     nullptr, workspace.data, workspace.bytes),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_mean_cosine(ctx, nullptr, nullptr, &x.view, &mean.view, nullptr,
                                   workspace.data, workspace.bytes),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_top_neighbours(ctx, nullptr, &top, nullptr, &x.view, nullptr, &near.view,
                                      &similarity.view, nullptr, workspace.data, workspace.bytes),
                   int32_t{TKZ_OK});
      const std::vector<std::vector<unsigned char>> got = {best.bytes(), cosines.bytes(),
                                                           mean.bytes(), similarity.bytes()};
      if (first.empty()) {
        first = got;
        first_index = index.values;
        first_near = near.values;
      }
      EXPECT_EQUAL(got == first, true);
      EXPECT_EQUAL(index.values == first_index, true);
      EXPECT_EQUAL(near.values == first_near, true);
    }
  }
}

/// The same of what reads every row once: norms, means and the cosine with the mean.
void threads_share_rows() {
  const int64_t n = 2100, dim = 1030;
  Tensor x(TKZ_F32, {1, n, dim}), y(TKZ_F32, {1, 7, dim});
  x.randomize(1);
  y.randomize(2);
  std::vector<std::vector<unsigned char>> first;
  std::vector<int32_t> first_index;
  for (const int32_t threads : {1, 2, 3, 7}) {
    const Context ctx(TKZ_BACKEND_CPU, threads);
    Tensor mean(TKZ_F32, {1, n}), best(TKZ_F32, {1, n});
    Integers index({1, n});
    Workspace workspace(1, n, 7, dim);
    const tkz_cosine_params params = {sizeof params, 1};
    EXPECT_EQUAL(tkz_mean_cosine(ctx, nullptr, nullptr, &x.view, &mean.view, nullptr,
                                 workspace.data, workspace.bytes),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(
        tkz_cosine_assign(ctx, nullptr, &params, nullptr, &x.view, nullptr, &y.view, nullptr,
                          &index.view, &best.view, nullptr, workspace.data, workspace.bytes),
        int32_t{TKZ_OK});
    const std::vector<std::vector<unsigned char>> got = {mean.bytes(), best.bytes()};
    if (first.empty()) {
      first = got;
      first_index = index.values;
    }
    EXPECT_EQUAL(got == first, true);
    EXPECT_EQUAL(index.values == first_index, true);
  }
}

void expect_refusal(int32_t got, int32_t expected, const char* part) {
  EXPECT_EQUAL(got, expected);
  const std::string sentence = tkz_last_error();
  if (sentence.find(part) == std::string::npos) EXPECT_EQUAL(sentence, std::string(part));
}

void bad_arguments(int32_t backend) {
  const Context ctx(backend);
  Tensor x(TKZ_F16, {2, 5, 8}), y(TKZ_F32, {2, 3, 8}), matrix(TKZ_F32, {2, 5, 5});
  Tensor best(TKZ_F32, {2, 5}), similarity(TKZ_F32, {2, 5, 3}), wrong(TKZ_F32, {2, 4});
  Integers index({2, 5}), near({2, 5, 3});
  Workspace w(2, 10, 6, 8);
  tkz_cosine_params params = {sizeof params, 0};
  const auto call = [&](const tkz_tensor* target, tkz_tensor* out, void* memory, size_t bytes) {
    return tkz_cosine_assign(ctx, nullptr, &params, nullptr, &x.view, nullptr, target, nullptr, out,
                             &best.view, nullptr, memory, bytes);
  };
  expect_refusal(call(&y.view, &index.view, w.data, w.bytes), TKZ_INVALID_ARGUMENT,
                 "target must be fp16 as source is, got fp32");
  expect_refusal(call(nullptr, &best.view, w.data, w.bytes), TKZ_UNSUPPORTED_DTYPE,
                 "index must be int32, got fp32");
  expect_refusal(call(nullptr, &index.view, nullptr, w.bytes), TKZ_INVALID_ARGUMENT,
                 "workspace must not be null, got null");
  expect_refusal(call(nullptr, &index.view, w.data + 1, w.bytes), TKZ_INVALID_ARGUMENT,
                 "workspace must be aligned to 256 bytes, got address");
  expect_refusal(call(nullptr, &index.view, w.data, 10), TKZ_WORKSPACE_TOO_SMALL,
                 "workspace must have at least 512 bytes, got 10");
  params.centred = 2;
  expect_refusal(call(nullptr, &index.view, w.data, w.bytes), TKZ_INVALID_ARGUMENT,
                 "params.centred must be 0 or 1, got 2");
  params = {4, 0};
  expect_refusal(call(nullptr, &index.view, w.data, w.bytes), TKZ_INVALID_ARGUMENT,
                 "params.size must be 8, got 4");
  params = {sizeof params, 0};
  tkz_ragged pictures = {sizeof pictures, 0, 2, 5, nullptr};
  expect_refusal(tkz_cosine_matrix(ctx, nullptr, &params, &pictures, &x.view, &matrix.view, nullptr,
                                   w.data, w.bytes),
                 TKZ_INVALID_ARGUMENT, "ragged.offsets must not be null, got null");
  const int32_t offsets[] = {0, 2, 5};
  pictures.offsets = offsets;
  expect_refusal(tkz_cosine_matrix(ctx, nullptr, &params, &pictures, &x.view, &matrix.view, nullptr,
                                   w.data, w.bytes),
                 TKZ_INVALID_SHAPE, "must be 1 as a ragged batch has it, got 2");
  expect_refusal(tkz_cosine_matrix(ctx, nullptr, &params, nullptr, &x.view, &best.view, nullptr,
                                   w.data, w.bytes),
                 TKZ_INVALID_SHAPE, "matrix must have 3 dimensions [B,N,N], got 2");
  expect_refusal(
      tkz_mean_cosine(ctx, nullptr, nullptr, &x.view, &wrong.view, nullptr, w.data, w.bytes),
      TKZ_INVALID_SHAPE, "extent N of mean [B,N] must be 5 as tokens has it, got 4");
  tkz_top_neighbours_params top = {sizeof top, 0, -1, 0};
  const auto call_top = [&](const tkz_tensor* others) {
    return tkz_top_neighbours(ctx, nullptr, &top, nullptr, &x.view, others, &near.view,
                              &similarity.view, nullptr, w.data, w.bytes);
  };
  expect_refusal(call_top(nullptr), TKZ_INVALID_ARGUMENT,
                 "params.neighbours must be 0 or more, got -1");
  top.neighbours = 33;
  expect_refusal(call_top(nullptr), TKZ_INVALID_SHAPE,
                 backend == TKZ_BACKEND_CPU ? "extent q of index [B,N,q] must be 33"
                                            : "params.neighbours must be at most 32");
  top = {sizeof top, 0, 3, 1};
  Tensor z(TKZ_F16, {2, 3, 8});
  expect_refusal(call_top(&z.view), TKZ_INVALID_ARGUMENT,
                 "params.exclude_self must be 0 with a tensor of others, got 1");
  size_t bytes;
  expect_refusal(tkz_cosine_workspace(-1, 1, 1, 1, &bytes), TKZ_INVALID_SHAPE,
                 "batch must be from 0 to 2147483647, got -1");
  expect_refusal(tkz_cosine_workspace(1, 1, 1, 1, nullptr), TKZ_INVALID_ARGUMENT,
                 "bytes must not be null");
}

/// A width of 2^62 has means of 2^64 bytes, which is not none.
void no_size_wraps_around() {
  float nothing = 0.0f;
  std::vector<int32_t> flag(1, 7);
  constexpr int64_t kDim = int64_t{1} << 62;
  const tkz_tensor tokens = {&nothing, TKZ_F32, 3, {1, 0, kDim}, {1, 1, 1}};
  tkz_tensor matrix = {&nothing, TKZ_F32, 3, {1, 0, 0}, {1, 1, 1}};
  const tkz_cosine_params params = {sizeof params, 1};
  alignas(256) char workspace[256];
  expect_refusal(tkz_cosine_matrix(Context(), nullptr, &params, nullptr, &tokens, &matrix,
                                   flag.data(), workspace, sizeof workspace),
                 TKZ_WORKSPACE_TOO_SMALL, "workspace must have at least");
  EXPECT_LIST(flag, {7});
  size_t bytes = 1;
  expect_refusal(tkz_cosine_workspace(INT32_MAX, 1, 1, INT32_MAX, &bytes), TKZ_INVALID_SHAPE,
                 "sizes must need a workspace of less than 1152921504606846976 bytes, got more");
  EXPECT_EQUAL(bytes, size_t{1});
}

/// Centring by the mean of no rows: every index says that there is none, and the workspace, which
/// has no room for such a mean, keeps to its bounds.
void no_other_rows(int32_t backend) {
  const Context ctx(backend);
  Tensor tokens(TKZ_F32, {2, 5, 70}), others(TKZ_F32, {2, 0, 70}), similarity(TKZ_F32, {2, 5, 3});
  tokens.randomize(1);
  Integers index({2, 5, 3});
  std::vector<int32_t> flags(2, -1);
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_cosine_workspace(2, 10, 0, 70, &bytes), kOk);
  std::vector<unsigned char> memory(bytes + 2048, 0x5a);
  unsigned char* const workspace =
      memory.data() + (256 - reinterpret_cast<uintptr_t>(memory.data()) % 256) % 256;
  const tkz_top_neighbours_params params = {sizeof params, 1, 3, 0};
  EXPECT_EQUAL(tkz_top_neighbours(ctx, nullptr, &params, nullptr, &tokens.view, &others.view,
                                  &index.view, &similarity.view, flags.data(), workspace, bytes),
               kOk);
  EXPECT_LIST(index.values, std::vector<int32_t>(30, -1));
  EXPECT_LIST(flags, std::vector<int32_t>(2, 0));
  EXPECT_EQUAL(std::all_of(workspace + bytes, memory.data() + memory.size(),
                           [](unsigned char byte) { return byte == 0x5a; }),
               true);
}

}  // namespace

int main() {
  const Shape shapes[] = {
      {1, 1, -1, 1, Memory::kContiguous, false, false},
      {2, 7, 3, 5, Memory::kContiguous, false, true},
      {1, 66, 70, 8, Memory::kContiguous, false, true},
      {2, 33, -1, 64, Memory::kContiguous, false, true},
      {1, 67, -1, 72, Memory::kPadded, false, true},
      {1, 20, 12, 33, Memory::kPadded, true, false},
      {2, 65, -1, 40, Memory::kContiguous, true, false},
      {1, 12, 0, 16, Memory::kContiguous, false, false},
      {2, 0, 5, 16, Memory::kContiguous, true, false},
      {1, 9, 11, 301, Memory::kContiguous, false, true},
  };
  for (const int32_t backend : backends()) {
    for (const int32_t dtype : kFloats) {
      const std::string variant =
          " backend " + std::to_string(backend) + " dtype " + std::to_string(dtype);
      for (const Shape& s : shapes) {
        const std::string name = variant + " n=" + std::to_string(s.rows) +
                                 " m=" + std::to_string(s.others) + " d=" + std::to_string(s.dim);
        run("assign" + name, [&] { assign(backend, dtype, s, false); });
        run("assign lists" + name, [&] { assign(backend, dtype, s, true); });
        if (s.others < 0 || s.rows > 20) run("matrix" + name, [&] { matrix(backend, dtype, s); });
        run("neighbours" + name, [&] { neighbours(backend, dtype, s, 4, s.others < 0); });
      }
      run("neighbours 32" + variant, [&] { neighbours(backend, dtype, shapes[3], 32, false); });
      run("neighbours 0" + variant, [&] { neighbours(backend, dtype, shapes[3], 0, false); });
      run("ragged" + variant, [&] { ragged(backend, dtype, false); });
      run("ragged centred" + variant, [&] { ragged(backend, dtype, true); });
      run("ties" + variant, [&] { ties(backend, dtype); });
      for (const float value :
           {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        run("non_finite" + variant, [&] { non_finite(backend, dtype, value); });
      }
    }
    run("bad_arguments", [&] { bad_arguments(backend); });
    run("no_other_rows", [&] { no_other_rows(backend); });
  }
  run("wide rows", [] {
    const Shape wide = {1, 130, 150, 1100, Memory::kContiguous, false, false};
    assign(TKZ_BACKEND_CPU, TKZ_BF16, wide, false);
    matrix(TKZ_BACKEND_CPU, TKZ_F32, wide);
  });
  run("no_size_wraps_around", no_size_wraps_around);
  run("threads_share_rows", threads_share_rows);
  run("threads_do_not_show", threads_do_not_show);
  return result();
}
