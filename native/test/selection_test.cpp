// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The selection operators against plain sorts and loops, on every backend: what a reference and two
// backends agree on to the index is the same on both.
#include <algorithm>

#include "expect.h"
#include "ints.h"
#include "tensors.h"

using namespace test;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

using Values = std::vector<float>;
using List = std::vector<int32_t>;

struct Kind {
  const char* name;
  std::function<float(std::mt19937&)> next;
};

const Kind kKinds[] = {
    {"normal", [](std::mt19937& r) { return std::normal_distribution<float>()(r); }},
    {"equal", [](std::mt19937&) { return -1.5f; }},
    {"three values", [](std::mt19937& r) { return static_cast<float>(r() % 3) - 1.0f; }},
    {"signed zeros", [](std::mt19937& r) { return r() % 2 ? 0.0f : -0.0f; }},
    {"denormal", [](std::mt19937& r) { return 1e-41f * (static_cast<float>(r() % 9) - 4.0f); }},
    {"huge", [](std::mt19937& r) { return 1.5e38f * (static_cast<float>(r() % 5) - 2.0f); }},
};

Values draw(const Kind& kind, int64_t n, uint32_t seed) {
  std::mt19937 random(seed);
  Values values;
  for (int64_t i = 0; i < n; i++) values.push_back(kind.next(random));
  return values;
}

/// The scores of each picture, as a batch [B,N] or packed as a ragged one.
struct Pictures {
  std::vector<Values> picture;
  bool is_ragged;
  int64_t most = 0;
  List offsets = {0};
  tkz_ragged ragged = {};
  std::unique_ptr<Tensor> scores;

  Pictures(std::vector<Values> given, bool ragged_batch)
      : picture(std::move(given)), is_ragged(ragged_batch) {
    Values all;
    for (const Values& values : picture) {
      most = std::max(most, static_cast<int64_t>(values.size()));
      all.insert(all.end(), values.begin(), values.end());
      offsets.push_back(static_cast<int32_t>(all.size()));
    }
    ragged = {sizeof ragged, 0, batch(), most, offsets.data()};
    const int64_t total = offsets.back();
    scores = std::make_unique<Tensor>(
        TKZ_F32, is_ragged ? std::vector<int64_t>{1, total} : std::vector<int64_t>{batch(), most},
        Memory::kPadded);
    scores->fill(all);
  }
  int64_t batch() const { return static_cast<int64_t>(picture.size()); }
  const tkz_ragged* ragged_or_null() const { return is_ragged ? &ragged : nullptr; }
  /// Where a picture begins in a contiguous output of the scores' shape.
  int64_t start(int64_t b) const { return offsets[static_cast<size_t>(b)]; }
};

Pictures pictures_of(const Kind& kind, const std::vector<int64_t>& counts, bool ragged) {
  std::vector<Values> all;
  for (const int64_t n : counts) {
    all.push_back(draw(kind, n, static_cast<uint32_t>(n + 31 * all.size())));
  }
  return Pictures(all, ragged);
}

List ranking(const Values& scores) {
  List order;
  for (size_t i = 0; i < scores.size(); i++) order.push_back(static_cast<int32_t>(i));
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
    return scores[static_cast<size_t>(a)] > scores[static_cast<size_t>(b)];
  });
  return order;
}

List padded(List list, int64_t extent) {
  list.resize(static_cast<size_t>(extent), -1);
  return list;
}

void top_k(int32_t backend, const Pictures& p, int64_t k, int32_t ranked) {
  const Context ctx(backend);
  const tkz_top_k_params params = {sizeof params, ranked, k};
  Ints indices({p.batch(), k}), flags({p.batch()}), again({p.batch(), k});
  Tensor values(TKZ_F32, {p.batch(), k});
  EXPECT_EQUAL(tkz_top_k(ctx, nullptr, &params, p.ragged_or_null(), &p.scores->view, &indices.view,
                         &values.view, flags.data.data()),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_top_k(ctx, nullptr, &params, p.ragged_or_null(), &p.scores->view, &again.view,
                         nullptr, nullptr),
               int32_t{TKZ_OK});
  EXPECT_LIST(again.data, indices.data);
  for (int64_t b = 0; b < p.batch(); b++) {
    const Values& scores = p.picture[static_cast<size_t>(b)];
    List expected = ranking(scores);
    expected.resize(std::min(expected.size(), static_cast<size_t>(k)));
    if (!ranked) std::sort(expected.begin(), expected.end());
    EXPECT_LIST(indices.row(b, k), padded(expected, k));
    for (int64_t i = 0; i < k; i++) {
      const size_t place = static_cast<size_t>(i);
      EXPECT_NEAR(values.get({b, i}),
                  place < expected.size() ? scores[static_cast<size_t>(expected[place])] : 0.0, 0);
    }
    EXPECT_EQUAL(flags.data[static_cast<size_t>(b)], 0);
  }
}

void threshold_select(int32_t backend, const Pictures& p, int64_t capacity) {
  const Context ctx(backend);
  Tensor threshold(TKZ_F32, {p.batch()});
  for (int64_t b = 0; b < p.batch(); b++) {
    const Values& scores = p.picture[static_cast<size_t>(b)];
    threshold.set({b}, scores.empty() ? 0.0f : scores[scores.size() / 2]);
  }
  Ints indices({p.batch(), capacity}), count({p.batch()}), flags({p.batch()});
  EXPECT_EQUAL(tkz_threshold_select(ctx, nullptr, p.ragged_or_null(), &p.scores->view,
                                    &threshold.view, &indices.view, &count.view, flags.data.data()),
               int32_t{TKZ_OK});
  for (int64_t b = 0; b < p.batch(); b++) {
    const Values& scores = p.picture[static_cast<size_t>(b)];
    List expected;
    for (size_t i = 0; i < scores.size(); i++) {
      if (scores[i] >= threshold.get({b})) expected.push_back(static_cast<int32_t>(i));
    }
    EXPECT_EQUAL(count.data[static_cast<size_t>(b)], static_cast<int32_t>(expected.size()));
    EXPECT_LIST(indices.row(b, capacity), padded(expected, capacity));
    EXPECT_EQUAL(flags.data[static_cast<size_t>(b)], 0);
  }
}

/// rho by the letter, in long double.
int64_t rho(double epsilon, int64_t n) {
  const long double place = std::ceil(static_cast<long double>(epsilon) * (n - 1) - 1e-9L);
  return std::min(n - 1, std::max<int64_t>(0, static_cast<int64_t>(place)));
}

List at_least_quantile(const Values& row, double epsilon) {
  if (row.empty()) return {};
  Values sorted = row;
  std::sort(sorted.begin(), sorted.end());
  const float tau = sorted[static_cast<size_t>(rho(epsilon, static_cast<int64_t>(row.size())))];
  List chosen;
  for (size_t i = 0; i < row.size(); i++) {
    if (row[i] >= tau) chosen.push_back(static_cast<int32_t>(i));
  }
  return chosen;
}

/// `given`: 0 all rows full, 1 by counts, 2 by a ragged batch.
void quantile_select(int32_t backend, const Kind& kind, int64_t rows, int64_t n, double epsilon,
                     int64_t capacity, int given) {
  const Context ctx(backend);
  const int64_t batch = 3;
  const tkz_quantile_select_params params = {sizeof params, 0, epsilon};
  Tensor values(TKZ_F32, {batch, rows, n}, Memory::kPadded);
  values.fill(draw(kind, batch * rows * n, static_cast<uint32_t>(n)));
  const List entries = given == 0   ? List(3, static_cast<int32_t>(n))
                       : given == 1 ? List{static_cast<int32_t>(n + 5), -3, 2}
                                    : List{static_cast<int32_t>(n), 0, 2};
  const List offsets = {0, static_cast<int32_t>(n), static_cast<int32_t>(n),
                        static_cast<int32_t>(n + 2)};
  const tkz_ragged ragged = {sizeof ragged, 0, batch, n, offsets.data()};
  Ints counts({batch}, entries), indices({batch, rows, capacity}), count({batch, rows});
  Ints flags({batch});
  EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &params, given == 2 ? &ragged : nullptr,
                                   &values.view, given == 1 ? &counts.view : nullptr, &indices.view,
                                   &count.view, flags.data.data()),
               int32_t{TKZ_OK});
  for (int64_t b = 0; b < batch; b++) {
    const int64_t m = std::min(n, std::max<int64_t>(0, entries[static_cast<size_t>(b)]));
    for (int64_t r = 0; r < rows; r++) {
      Values row;
      for (int64_t i = 0; i < m; i++) row.push_back(values.get({b, r, i}));
      const List expected = at_least_quantile(row, epsilon);
      EXPECT_EQUAL(count.data[static_cast<size_t>(b * rows + r)],
                   static_cast<int32_t>(expected.size()));
      EXPECT_LIST(indices.row(b * rows + r, capacity), padded(expected, capacity));
    }
    EXPECT_EQUAL(flags.data[static_cast<size_t>(b)], 0);
  }
}

void quantile_counts() {
  for (const double epsilon : {0.0, 0.1, 0.3, 0.5, 0.9, 0.98, 0.998, 0.999, 1.0}) {
    for (int64_t n = 1; n < 2500; n++) {
      EXPECT_EQUAL(tkz_quantile_count(epsilon, n), n - rho(epsilon, n));
    }
  }
  EXPECT_EQUAL(tkz_quantile_count(0.998, 500), 1);
  EXPECT_EQUAL(tkz_quantile_count(0.998, 501), 2);
  EXPECT_EQUAL(tkz_quantile_count(0.998, 0), 0);
  EXPECT_EQUAL(tkz_quantile_count(0.998, -1), 0);
  EXPECT_EQUAL(tkz_quantile_count(1.5, 9), -1);
  EXPECT_EQUAL(tkz_quantile_count(static_cast<double>(kNan), 9), -1);
}

void stride_targets(int32_t backend) {
  const Context ctx(backend);
  for (const int64_t c : {0, 1, 4, 9}) {
    for (const int64_t m : {0, 1, 3, 4, 9, 17, 576}) {
      const int64_t batch = 3;
      const auto expected = [&](int64_t entries) {
        List list;
        const int64_t there = std::min(c, entries);
        for (int64_t i = 0; i < there; i++) {
          list.push_back(static_cast<int32_t>(i * std::max<int64_t>(1, entries / there)));
        }
        return padded(list, c);
      };
      tkz_stride_targets_params params = {sizeof params, 0, m};
      Ints uniform({batch, c}), counted({batch, c}), packed({batch, c});
      Ints counts({batch}, {static_cast<int32_t>(m / 2), -1, 1000});
      EXPECT_EQUAL(tkz_stride_targets(ctx, nullptr, &params, nullptr, nullptr, &uniform.view),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_stride_targets(ctx, nullptr, &params, nullptr, &counts.view, &counted.view),
                   int32_t{TKZ_OK});
      params.tokens = 0;
      const List offsets = {0, static_cast<int32_t>(m), static_cast<int32_t>(m),
                            static_cast<int32_t>(m + m / 3)};
      const tkz_ragged ragged = {sizeof ragged, 0, batch, m, offsets.data()};
      EXPECT_EQUAL(tkz_stride_targets(ctx, nullptr, &params, &ragged, nullptr, &packed.view),
                   int32_t{TKZ_OK});
      EXPECT_LIST(uniform.row(1, c), expected(m));
      EXPECT_LIST(counted.row(0, c), expected(m / 2));
      EXPECT_LIST(counted.row(1, c), expected(0));
      EXPECT_LIST(counted.row(2, c), expected(m));
      EXPECT_LIST(packed.row(0, c), expected(m));
      EXPECT_LIST(packed.row(1, c), expected(0));
      EXPECT_LIST(packed.row(2, c), expected(m / 3));
    }
  }
}

void local_penalty(int32_t backend, const Pictures& p, tkz_local_penalty_params params) {
  const Context ctx(backend);
  params.size = sizeof params;
  const int32_t cells = params.grid_h * params.grid_w;
  const tkz_tensor& shape = p.scores->view;
  const int64_t total = p.start(p.batch());
  // Survivors in raster order, then disorder: shared cells, cells that are not of the grid.
  List cell;
  for (int64_t i = 0; i < total; i++) {
    const int32_t place = static_cast<int32_t>(i);
    cell.push_back(place % 7 == 6    ? place * 7919 % (cells + 6) - 3
                   : place % 50 == 9 ? INT32_MIN
                                     : place * 2 % cells);
  }
  Ints position({shape.shape[0], shape.shape[1]}, cell), flags({p.batch()});
  Tensor out(TKZ_F32, {shape.shape[0], shape.shape[1]});
  EXPECT_EQUAL(tkz_local_penalty(ctx, nullptr, &params, p.ragged_or_null(), &p.scores->view,
                                 &position.view, &out.view, flags.data.data()),
               int32_t{TKZ_OK});
  const Values got = out.values();
  for (int64_t b = 0; b < p.batch(); b++) {
    Values expected = p.picture[static_cast<size_t>(b)];
    const Values scores = expected;
    const int32_t* at = cell.data() + p.start(b);
    for (int32_t y = 0; y + params.window_h <= params.grid_h; y += params.window_h) {
      for (int32_t x = 0; x + params.window_w <= params.grid_w; x += params.window_w) {
        size_t best = scores.size();
        for (int32_t c = 0; c < params.window_h * params.window_w; c++) {
          const int32_t here = (y + c / params.window_w) * params.grid_w + x + c % params.window_w;
          for (size_t i = 0; i < scores.size(); i++) {
            if (at[i] != here) continue;
            if (best == scores.size() || scores[i] > scores[best]) best = i;
          }
        }
        if (best == scores.size()) continue;
        float& v = expected[best];
        v = v > 0 ? v * params.coefficient : v / params.coefficient;
      }
    }
    for (size_t i = 0; i < scores.size(); i++) {
      EXPECT_NEAR(got[static_cast<size_t>(p.start(b)) + i], expected[i], 0);
    }
    EXPECT_EQUAL(flags.data[static_cast<size_t>(b)], 0);
  }
}

/// One bad value flags its own picture, and what is listed stays in range.
void non_finite_is_flagged(int32_t backend) {
  const Context ctx(backend);
  for (const float bad : {kNan, -kNan, kInf, -kInf}) {
    for (const bool ragged : {false, true}) {
      Pictures p({Values(19, 1.0f), Values(19, 2.0f), Values(19, 3.0f)}, ragged);
      p.scores->set(ragged ? std::vector<int64_t>{0, 37} : std::vector<int64_t>{1, 18}, bad);
      Ints indices({3, 5}), flags({3}), count({3}),
          position({p.scores->view.shape[0], p.scores->view.shape[1]});
      Tensor threshold(TKZ_F32, {3}),
          out(TKZ_F32, {position.view.shape[0], position.view.shape[1]});
      std::fill(position.data.begin(), position.data.end(), 0);
      threshold.fill({1, 2, kNan});
      const List middle = {0, 1, 0};
      const auto in_range = [&] {
        return std::all_of(indices.data.begin(), indices.data.end(),
                           [](int32_t i) { return i >= -1 && i < 19; });
      };
      for (const int32_t ranked : {0, 1}) {
        const tkz_top_k_params params = {sizeof params, ranked, 5};
        EXPECT_EQUAL(tkz_top_k(ctx, nullptr, &params, p.ragged_or_null(), &p.scores->view,
                               &indices.view, nullptr, flags.data.data()),
                     int32_t{TKZ_OK});
        EXPECT_LIST(flags.data, middle);
        EXPECT_EQUAL(in_range(), true);
      }
      const tkz_local_penalty_params penalty = {sizeof penalty, 2.0f, 4, 5, 2, 2};
      EXPECT_EQUAL(tkz_local_penalty(ctx, nullptr, &penalty, p.ragged_or_null(), &p.scores->view,
                                     &position.view, &out.view, flags.data.data()),
                   int32_t{TKZ_OK});
      EXPECT_LIST(flags.data, middle);
      EXPECT_EQUAL(
          tkz_threshold_select(ctx, nullptr, p.ragged_or_null(), &p.scores->view, &threshold.view,
                               &indices.view, &count.view, flags.data.data()),
          int32_t{TKZ_OK});
      EXPECT_LIST(flags.data, List{0, 1, 1});
      EXPECT_EQUAL(in_range(), true);
    }
    const tkz_quantile_select_params params = {sizeof params, 0, 0.8};
    Tensor values(TKZ_F32, {3, 2, 19});
    values.randomize(1).set({1, 0, 3}, bad);
    Ints indices({3, 2, 4}), count({3, 2}), flags({3}), unflagged({3, 2});
    EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &params, nullptr, &values.view, nullptr,
                                     &indices.view, &count.view, flags.data.data()),
                 int32_t{TKZ_OK});
    EXPECT_LIST(flags.data, List{0, 1, 0});
    for (const int32_t c : count.data) EXPECT_EQUAL(c >= 1 && c <= 19, true);
    EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &params, nullptr, &values.view, nullptr,
                                     &indices.view, &unflagged.view, nullptr),
                 int32_t{TKZ_OK});
    EXPECT_LIST(unflagged.data, count.data);
  }
}

/// No rows, no pictures, no tokens: what there is of the outputs is still written.
void empty_calls(int32_t backend) {
  const Context ctx(backend);
  const tkz_quantile_select_params quantile = {sizeof quantile, 0, 0.5};
  Tensor no_rows(TKZ_F32, {2, 0, 7}), no_entries(TKZ_F32, {2, 1, 0}), none(TKZ_F32, {0, 3, 7});
  Ints no_list({2, 0, 4}), no_count({2, 0}), list({2, 1, 4}), count({2, 1}), flags({2});
  Ints empty_list({0, 3, 4}), empty_count({0, 3}), empty_flags({0});
  EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &quantile, nullptr, &no_rows.view, nullptr,
                                   &no_list.view, &no_count.view, flags.data.data()),
               int32_t{TKZ_OK});
  EXPECT_LIST(flags.data, List{0, 0});
  EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &quantile, nullptr, &no_entries.view, nullptr,
                                   &list.view, &count.view, flags.data.data()),
               int32_t{TKZ_OK});
  EXPECT_LIST(count.data, List{0, 0});
  EXPECT_LIST(list.data, List(8, -1));
  EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &quantile, nullptr, &none.view, nullptr,
                                   &empty_list.view, &empty_count.view, empty_flags.data.data()),
               int32_t{TKZ_OK});
}

/// Offsets that leave tokens out, before, behind and beyond max_tokens of a picture.
void tokens_of_no_picture_are_left(int32_t backend) {
  const Context ctx(backend);
  const List offsets = {2, 5, 5, 9};
  const tkz_ragged ragged = {sizeof ragged, 0, 3, 3, offsets.data()};
  Tensor scores(TKZ_F32, {1, 12}), out(TKZ_F32, {1, 12});
  scores.randomize(3);
  const Ints position({1, 12}, {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3});
  const tkz_local_penalty_params params = {sizeof params, 2.0f, 2, 2, 2, 2};
  EXPECT_EQUAL(tkz_local_penalty(ctx, nullptr, &params, &ragged, &scores.view, &position.view,
                                 &out.view, nullptr),
               int32_t{TKZ_OK});
  for (int64_t i = 0; i < 12; i++) {
    EXPECT_EQUAL(out.get({0, i}) == kUntouched, i < 2 || i >= 8);
  }
}

/// Work for several threads gives the same with one, two, three and seven.
void threads_do_not_show() {
  const Pictures p = pictures_of(kKinds[2], std::vector<int64_t>(9, 36864), false);
  Tensor threshold(TKZ_F32, {9}), rows(TKZ_F32, {1, 700, 577});
  rows.randomize(4);
  threshold.fill(Values(9, 0.5f));
  std::vector<List> first;
  for (const int32_t threads : {1, 2, 3, 7}) {
    const Context ctx(TKZ_BACKEND_CPU, threads);
    Ints indices({9, 1000}), listed({9, 1000}), count({9}), chosen({1, 700, 3}), found({1, 700});
    Ints position({9, 36864});
    for (size_t i = 0; i < position.data.size(); i++) {
      position.data[i] = static_cast<int32_t>(i % 36864);
    }
    Tensor out(TKZ_F32, {9, 36864});
    const tkz_top_k_params params = {sizeof params, 1, 1000};
    const tkz_quantile_select_params quantile = {sizeof quantile, 0, 0.998};
    const tkz_local_penalty_params penalty = {sizeof penalty, 2.0f, 192, 192, 2, 2};
    EXPECT_EQUAL(
        tkz_top_k(ctx, nullptr, &params, nullptr, &p.scores->view, &indices.view, nullptr, nullptr),
        int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_threshold_select(ctx, nullptr, nullptr, &p.scores->view, &threshold.view,
                                      &listed.view, &count.view, nullptr),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_quantile_select(ctx, nullptr, &quantile, nullptr, &rows.view, nullptr,
                                     &chosen.view, &found.view, nullptr),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_local_penalty(ctx, nullptr, &penalty, nullptr, &p.scores->view, &position.view,
                                   &out.view, nullptr),
                 int32_t{TKZ_OK});
    List bits(out.values().size());
    memcpy(bits.data(), out.view.data, bits.size() * 4);
    const std::vector<List> got = {indices.data, listed.data, count.data,
                                   chosen.data,  found.data,  bits};
    if (first.empty()) first = got;
    EXPECT_EQUAL(got == first, true);
  }
}

/// Thresholds take more scores than top-k for several threads to be worth it.
void threads_share_thresholds() {
  Tensor scores(TKZ_F32, {3, 800000}), threshold(TKZ_F32, {3});
  scores.randomize(9);
  threshold.fill({2.0f, 0.0f, 3.5f});
  std::vector<List> first;
  for (const int32_t threads : {1, 2, 3, 7}) {
    Ints listed({3, 50000}), count({3}), flag({3});
    EXPECT_EQUAL(
        tkz_threshold_select(Context(TKZ_BACKEND_CPU, threads), nullptr, nullptr, &scores.view,
                             &threshold.view, &listed.view, &count.view, flag.data.data()),
        int32_t{TKZ_OK});
    const std::vector<List> got = {listed.data, count.data, flag.data};
    if (first.empty()) first = got;
    EXPECT_EQUAL(got == first, true);
  }
}

/// A picture's lists do not depend on what else is in its batch.
void company_does_not_show(int32_t backend) {
  const Context ctx(backend);
  const tkz_top_k_params params = {sizeof params, 1, 9};
  const Pictures many = pictures_of(kKinds[2], {21, 40, 33}, true);
  const Pictures one({many.picture[1]}, false);
  Ints together({3, 9}), alone({1, 9});
  EXPECT_EQUAL(tkz_top_k(ctx, nullptr, &params, &many.ragged, &many.scores->view, &together.view,
                         nullptr, nullptr),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(
      tkz_top_k(ctx, nullptr, &params, nullptr, &one.scores->view, &alone.view, nullptr, nullptr),
      int32_t{TKZ_OK});
  EXPECT_LIST(together.row(1, 9), alone.data);
}

void every_kind(int32_t backend, const Kind& kind) {
  const bool is_cpu = backend == TKZ_BACKEND_CPU;
  const std::string of = std::string(" of ") + kind.name + " on " + std::to_string(backend);
  const std::vector<std::vector<int64_t>> uniform = {{0, 0}, {1}, {17, 17}, {130, 130}};
  for (const auto& counts : uniform) {
    const Pictures p = pictures_of(kind, counts, false);
    for (const int32_t ranked : {0, 1}) {
      for (const int64_t k : {int64_t{0}, int64_t{1}, p.most / 3, p.most}) {
        if (k > p.most) continue;
        run("top_k" + of + " k " + std::to_string(k), [&] { top_k(backend, p, k, ranked); });
      }
    }
    for (const int64_t capacity : {int64_t{0}, int64_t{5}, p.most}) {
      run("threshold_select" + of, [&] { threshold_select(backend, p, capacity); });
    }
    for (const auto& grid : std::vector<tkz_local_penalty_params>{
             {0, 2.0f, 12, 12, 2, 2}, {0, 1.7f, 5, 9, 2, 3}, {0, 3.0f, 2, 2, 3, 3}}) {
      run("local_penalty" + of, [&] { local_penalty(backend, p, grid); });
    }
  }
  const Pictures ragged = pictures_of(kind, {0, 45, 3, 0, 1, 44, 0}, true);
  for (const int32_t ranked : {0, 1}) {
    run("ragged top_k" + of, [&] { top_k(backend, ragged, 20, ranked); });
    run("ragged top_k of all" + of, [&] { top_k(backend, ragged, 50, ranked); });
  }
  run("ragged threshold_select" + of, [&] { threshold_select(backend, ragged, 20); });
  run("ragged local_penalty" + of, [&] { local_penalty(backend, ragged, {0, 2.0f, 7, 7, 2, 2}); });
  for (const int given : {0, 1, 2}) {
    for (const int64_t n : {2, 33, 120}) {
      for (const double epsilon : {0.0, 0.7, 0.998, 1.0}) {
        run("quantile_select" + of + " n " + std::to_string(n),
            [&] { quantile_select(backend, kind, 2, n, epsilon, n / 2, given); });
      }
    }
  }
  if (!is_cpu && kind.name != kKinds[2].name) return;
  // Beyond one block's registers on a device.
  const Pictures large = pictures_of(kind, {is_cpu ? 36864 : 9000}, false);
  for (const int32_t ranked : {0, 1}) {
    run("large top_k" + of, [&] { top_k(backend, large, 1000, ranked); });
  }
  run("large top_k of all" + of, [&] { top_k(backend, large, large.most, 0); });
}

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    for (const Kind& kind : kKinds) every_kind(backend, kind);
    const std::string on = " on " + std::to_string(backend);
    run("stride_targets" + on, [&] { stride_targets(backend); });
    run("non_finite_is_flagged" + on, [&] { non_finite_is_flagged(backend); });
    run("empty_calls" + on, [&] { empty_calls(backend); });
    run("tokens_of_no_picture" + on, [&] { tokens_of_no_picture_are_left(backend); });
    run("company_does_not_show" + on, [&] { company_does_not_show(backend); });
  }
  run("quantile_counts", quantile_counts);
  run("threads_do_not_show", threads_do_not_show);
  run("threads_share_thresholds", threads_share_thresholds);
  return result();
}
