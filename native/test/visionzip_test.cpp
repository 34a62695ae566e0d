// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// VisionZip's selection and merge against plain loops in double, and the rules of its edge cases.
#include <algorithm>
#include <cmath>

#include "expect.h"
#include "selection.h"

using namespace test;

namespace {

using Lists = std::vector<int32_t>;

void expect_same_lists(const Selection& got, const Selection& expected) {
  EXPECT_LIST(got.dominant, expected.dominant);
  EXPECT_LIST(got.target, expected.target);
  EXPECT_LIST(got.merged, expected.merged);
  EXPECT_LIST(got.assign, expected.assign);
  EXPECT_LIST(got.member_offset, expected.member_offset);
  EXPECT_LIST(got.member, expected.member);
  EXPECT_LIST(got.non_finite, expected.non_finite);
}

std::vector<double> as_double(const std::vector<float>& v) { return {v.begin(), v.end()}; }

struct Shape {
  int64_t batch, heads, tokens, dim, width, dominant, contextual;
};

constexpr Shape kShapes[] = {
    {1, 1, 2, 1, 1, 1, 1},      {2, 3, 33, 7, 5, 4, 3},      {1, 2, 34, 64, 33, 1, 6},
    {3, 2, 50, 8, 16, 20, 17},  {1, 4, 65, 72, 31, 30, 40},  {2, 2, 20, 4, 8, 5, 0},
    {1, 2, 19, 4, 8, 19, 4},    {1, 2, 19, 4, 8, 1000, 4},   {1, 2, 19, 4, 8, 15, 9},
    {1, 3, 300, 16, 7, 54, 10}, {1, 2, 577, 64, 40, 162, 30}};

/// select_logits, select_scores, merge and the whole, in every storage type, all the same story.
void matches_naive(int32_t backend, const Shape& s, int32_t mode) {
  const Context ctx(backend);
  const tkz_visionzip_params params = budget(s.dominant, s.contextual, true, mode);
  Tensor logits(TKZ_F32, {s.batch, s.heads, s.tokens}),
      key_mean(TKZ_F32, {s.batch, s.tokens, s.dim});
  logits.randomize(11, 2.0f);
  key_mean.randomize(12);
  Selection got(params, s.batch, s.tokens);
  EXPECT_EQUAL(tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &logits.view,
                                           &key_mean.view, &got.view),
               int32_t{TKZ_OK});
  const std::vector<double> scores = naive_scores(logits);
  for (size_t i = 0; i < scores.size(); i++) EXPECT_NEAR(got.scores[i] / scores[i], 1.0, 1e-5);
  expect_same_lists(got, naive_selection(params, as_double(got.scores), key_mean));

  Tensor given(TKZ_F32, {s.batch, s.tokens - 1}, Memory::kPadded);
  given.fill(got.scores);
  Selection again(params, s.batch, s.tokens);
  EXPECT_EQUAL(tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &given.view,
                                           &key_mean.view, &again.view),
               int32_t{TKZ_OK});
  expect_same_lists(again, got);
  EXPECT_LIST(again.scores, got.scores);

  for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
    Tensor tokens(dtype, {s.batch, s.tokens, s.width}, Memory::kPadded);
    Tensor out(dtype, {s.batch, got.counts.out, s.width}, Memory::kPadded);
    tokens.randomize(13);
    EXPECT_EQUAL(
        tkz_visionzip_merge(ctx, nullptr, &params, nullptr, &tokens.view, &got.view, &out.view),
        int32_t{TKZ_OK});
    const std::vector<double> expected = naive_merge(params, got, tokens);
    const std::vector<float> values = out.values();
    const double tolerance = dtype == TKZ_F32 ? 1e-6 : dtype == TKZ_F16 ? 5.1e-4 : 4.1e-3;
    for (size_t i = 0; i < values.size(); i++) EXPECT_NEAR(values[i], expected[i], tolerance);
    for (int64_t b = 0; b < s.batch; b++) {
      for (int64_t r = 0; r < got.counts.dominant; r++) {
        const int32_t token = got.dominant[static_cast<size_t>(b * got.counts.dominant + r)];
        for (int64_t c = 0; c < s.width; c++) {
          EXPECT_EQUAL(out.get({b, r, c}), tokens.get({b, token, c}));
        }
      }
      // What lies between the rows is not ours.
      EXPECT_EQUAL(get(out.view.data, dtype, out.at({b, 0, s.width})), kUntouched);
    }
  }
}

/// tkz_visionzip gives the bits of its three steps, with any number of threads.
void whole_equals_steps(int32_t backend, int32_t dtype, const Shape& s,
                        std::vector<int32_t> threads) {
  const tkz_visionzip_params params = budget(s.dominant, s.contextual);
  Tensor query(dtype, {s.batch, s.heads, s.dim}),
      keys(dtype, {s.batch, s.heads, s.tokens, s.dim}, Memory::kTokensFirst);
  Tensor tokens(dtype, {s.batch, s.tokens, s.width});
  query.randomize(21);
  keys.randomize(22);
  tokens.randomize(23);
  Tensor logits(TKZ_F32, {s.batch, s.heads, s.tokens}),
      key_mean(TKZ_F32, {s.batch, s.tokens, s.dim});
  Selection steps(params, s.batch, s.tokens);
  Tensor steps_out(dtype, {s.batch, steps.counts.out, s.width});
  {
    const Context ctx(backend, threads[0]);
    EXPECT_EQUAL(tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &query.view, &keys.view,
                                         params.scale, &logits.view, &key_mean.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &logits.view,
                                             &key_mean.view, &steps.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_visionzip_merge(ctx, nullptr, &params, nullptr, &tokens.view, &steps.view,
                                     &steps_out.view),
                 int32_t{TKZ_OK});
  }
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_visionzip_workspace(&params, s.batch, s.heads, s.tokens, s.dim, &bytes),
               int32_t{TKZ_OK});
  const std::unique_ptr<void, decltype(&free)> workspace(aligned_alloc(256, bytes), &free);
  for (const int32_t count : threads) {
    const Context ctx(backend, count);
    Selection whole(params, s.batch, s.tokens), selected(params, s.batch, s.tokens);
    Tensor out(dtype, {s.batch, whole.counts.out, s.width});
    EXPECT_EQUAL(tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &logits.view,
                                             &key_mean.view, &selected.view),
                 int32_t{TKZ_OK});
    expect_same_lists(selected, steps);
    EXPECT_LIST(selected.scores, steps.scores);
    EXPECT_EQUAL(
        tkz_visionzip_merge(ctx, nullptr, &params, nullptr, &tokens.view, &steps.view, &out.view),
        int32_t{TKZ_OK});
    EXPECT_EQUAL(out.bytes() == steps_out.bytes(), true);
    memset(out.view.data, 0, static_cast<size_t>(out.count() * size_of(dtype)));
    EXPECT_EQUAL(tkz_visionzip(ctx, nullptr, &params, nullptr, &query.view, &keys.view,
                               &tokens.view, &whole.view, &out.view, workspace.get(), bytes),
                 int32_t{TKZ_OK});
    expect_same_lists(whole, steps);
    EXPECT_LIST(whole.scores, steps.scores);
    EXPECT_EQUAL(out.bytes() == steps_out.bytes(), true);
  }
}

/// Pictures enough for several threads to select from.
void threads_share_selections() {
  const int64_t batch = 30, tokens = 577, dim = 128;
  const tkz_visionzip_params params = budget(100, 20, false);
  Tensor scores(TKZ_F32, {batch, tokens}), key_mean(TKZ_F32, {batch, tokens, dim});
  scores.randomize(31);
  key_mean.randomize(32);
  Selection alone(params, batch, tokens);
  for (const int32_t threads : {1, 2, 3, 7}) {
    const Context ctx(TKZ_BACKEND_CPU, threads);
    Selection got(params, batch, tokens);
    EXPECT_EQUAL(
        tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &scores.view, &key_mean.view,
                                    threads == 1 ? &alone.view : &got.view),
        int32_t{TKZ_OK});
    if (threads > 1) expect_same_lists(got, alone);
  }
}

/// One image whose scores and keys are written out.
struct Small {
  Small(const tkz_visionzip_params& params, const std::vector<float>& scores,
        const std::vector<float>& keys, int64_t dim)
      : params(params),
        scores(TKZ_F32, {1, static_cast<int64_t>(scores.size())}),
        key_mean(TKZ_F32, {1, static_cast<int64_t>(keys.size()) / dim, dim}),
        selection(params, 1, static_cast<int64_t>(keys.size()) / dim) {
    this->scores.fill(scores);
    key_mean.fill(keys);
  }

  Selection& select(int32_t backend) {
    const Context ctx(backend);
    EXPECT_EQUAL(tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &scores.view,
                                             &key_mean.view, &selection.view),
                 int32_t{TKZ_OK});
    return selection;
  }

  tkz_visionzip_params params;
  Tensor scores, key_mean;
  Selection selection;
};

void literal_example(int32_t backend) {
  // Patches 2 and 4 stay; of 1, 3, 5, 6 the tokens 1 and 5 are targets.
  Small small(budget(3, 2), {1, 9, 2, 8, 3, 4}, {0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 2, 3, 1}, 2);
  const Selection& got = small.select(backend);
  EXPECT_LIST(got.dominant, Lists{0, 2, 4});
  EXPECT_LIST(got.target, Lists{1, 5});
  EXPECT_LIST(got.merged, Lists{3, 6});
  EXPECT_LIST(got.assign, Lists{1, 0});
  EXPECT_LIST(got.member_offset, Lists{0, 1, 2});
  EXPECT_LIST(got.member, Lists{6, 3});
  EXPECT_LIST(got.non_finite, Lists{0});
}

void equal_scores_keep_the_lower_index(int32_t backend) {
  Small same(budget(4, 0), std::vector<float>(40, 0.25f), std::vector<float>(41, 1.0f), 1);
  EXPECT_LIST(same.select(backend).dominant, Lists{0, 1, 2, 3});
  Small zeros(budget(2, 0), {-0.0f, 0.0f, -0.0f}, {1, 1, 1, 1}, 1);
  EXPECT_LIST(zeros.select(backend).dominant, Lists{0, 1});
  Small straddling(budget(3, 0, false), {-1, 5, -2, 5, 7, 5}, {1, 1, 1, 1, 1, 1}, 1);
  EXPECT_LIST(straddling.select(backend).dominant, Lists{1, 3, 4});
}

void denormal_scores_are_ordered(int32_t backend) {
  Small small(budget(2, 0, false), {1e-45f, 0.0f, 3e-45f, -1e-45f}, {1, 1, 1, 1}, 1);
  EXPECT_LIST(small.select(backend).dominant, Lists{0, 2});
}

void equal_targets_take_the_lower(int32_t backend) {
  // Targets are tokens 0, 2, 4 (all alike); 1, 3 and 5 go to the first.
  Small small(budget(0, 3, false), {0, 0, 0, 0, 0, 0}, {1, 2, 3, 1, 1, 2, 0, 1, 1, 2, 2, 2}, 2);
  EXPECT_LIST(small.select(backend).assign, Lists{0, 0, 0});
}

void zero_keys_are_similar_to_nothing(int32_t backend) {
  // Targets 0 (zero key) and 2 (points away from 1, along 3): 1 prefers the zero key, and so does
  // the zero key 4, which ties and takes the lower.
  Small small(budget(0, 2, false), {0, 0, 0, 0, 0}, {0, 0, 1, 0, -1, 0, -3, 1, 0, 0}, 2);
  const Selection& got = small.select(backend);
  EXPECT_LIST(got.target, Lists{0, 2});
  EXPECT_LIST(got.merged, Lists{1, 3, 4});
  EXPECT_LIST(got.assign, Lists{0, 1, 0});
  EXPECT_LIST(got.non_finite, Lists{0});
}

void in_range(const Selection& s, int64_t tokens) {
  for (const Lists* list : {&s.dominant, &s.target, &s.merged, &s.member}) {
    for (const int32_t i : *list) EXPECT_EQUAL(i >= 0 && i < tokens, true);
  }
  for (const int32_t i : s.assign) EXPECT_EQUAL(i >= 0 && i < s.counts.target, true);
  for (const int32_t i : s.member_offset) EXPECT_EQUAL(i >= 0 && i <= s.counts.merged, true);
}

void non_finite_values_set_the_flag(int32_t backend) {
  const Context ctx(backend);
  const tkz_visionzip_params params = budget(3, 2);
  for (const float bad : {NAN, -NAN, INFINITY, -INFINITY}) {
    for (int64_t position = 0; position < 40; position++) {
      Tensor logits(TKZ_F32, {3, 2, 40}), key_mean(TKZ_F32, {3, 40, 3});
      logits.randomize(1).set({1, position % 2, position}, bad);
      key_mean.randomize(2);
      Selection got(params, 3, 40);
      EXPECT_EQUAL(tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &logits.view,
                                               &key_mean.view, &got.view),
                   int32_t{TKZ_OK});
      EXPECT_LIST(got.non_finite, Lists{0, 1, 0});
      in_range(got, 40);
    }
    for (int64_t token = 0; token < 12; token++) {
      Tensor scores(TKZ_F32, {1, 11}), key_mean(TKZ_F32, {1, 12, 3});
      scores.fill({11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
      key_mean.randomize(4).set({0, token, token % 3}, bad);
      Selection got(params, 1, 12);
      EXPECT_EQUAL(tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &scores.view,
                                               &key_mean.view, &got.view),
                   int32_t{TKZ_OK});
      // The keys of dominant tokens decide nothing.
      EXPECT_LIST(got.non_finite, Lists{token < 3 ? 0 : 1});
      in_range(got, 12);
    }
  }
}

void given_scores_are_checked(int32_t backend) {
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    for (size_t position = 0; position < 18; position++) {
      std::vector<float> scores(18, 0.5f);
      scores[position] = bad;
      Small small(budget(4, 2, false), scores, std::vector<float>(18, 1.0f), 1);
      const Selection& got = small.select(backend);
      EXPECT_LIST(got.non_finite, Lists{1});
      in_range(got, 18);
    }
  }
}

void budgets_are_counted() {
  const auto count = [](const tkz_visionzip_params& params, int64_t tokens) {
    tkz_visionzip_counts n = {};
    EXPECT_EQUAL(tkz_visionzip_count(&params, tokens, &n), int32_t{TKZ_OK});
    return std::vector<int64_t>{n.dominant, n.target, n.merged, n.out};
  };
  using Counts = std::vector<int64_t>;
  EXPECT_LIST(count(budget(54, 10), 577), Counts{54, 10, 513, 64});
  EXPECT_LIST(count(budget(162, 30), 577), Counts{162, 30, 385, 192});
  EXPECT_LIST(count(budget(5, 0), 577), Counts{5, 0, 0, 5});
  EXPECT_LIST(count(budget(570, 10), 577), Counts{570, 7, 0, 577});
  EXPECT_LIST(count(budget(577, 10), 577), Counts{577, 0, 0, 577});
  EXPECT_LIST(count(budget(9000, 10), 577), Counts{577, 0, 0, 577});
  EXPECT_LIST(count(budget(0, 4, false), 9), Counts{0, 4, 5, 4});
  EXPECT_LIST(count(budget(3, 4), 0), Counts{0, 0, 0, 0});
}

void keeping_everything_is_the_identity(int32_t backend) {
  const Context ctx(backend);
  const tkz_visionzip_params params = budget(40, 3);
  Tensor scores(TKZ_F32, {1, 39}), key_mean(TKZ_F32, {1, 40, 2}), tokens(TKZ_F16, {1, 40, 9});
  scores.randomize(1);
  key_mean.randomize(2);
  tokens.randomize(3).set({0, 5, 5}, NAN);
  Selection all(params, 1, 40);
  Tensor out(TKZ_F16, {1, 40, 9});
  EXPECT_EQUAL(tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &scores.view,
                                           &key_mean.view, &all.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(
      tkz_visionzip_merge(ctx, nullptr, &params, nullptr, &tokens.view, &all.view, &out.view),
      int32_t{TKZ_OK});
  EXPECT_EQUAL(out.bytes() == tokens.bytes(), true);
}

/// A NaN in a token reaches the output it is merged into, and no other.
void token_features_are_not_scanned(int32_t backend) {
  const Context ctx(backend);
  Small small(budget(3, 2), {1, 9, 2, 8, 3, 4}, {0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 2, 3, 1}, 2);
  Selection& selection = small.select(backend);
  Tensor tokens(TKZ_F32, {1, 7, 2}), out(TKZ_F32, {1, 5, 2});
  tokens.fill({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}).set({0, 6, 1}, NAN);
  EXPECT_EQUAL(tkz_visionzip_merge(ctx, nullptr, &small.params, nullptr, &tokens.view,
                                   &selection.view, &out.view),
               int32_t{TKZ_OK});
  const float expected[] = {0, 1, 4, 5, 8, 9, 14, NAN, 16, 18};
  for (int64_t i = 0; i < 10; i++) EXPECT_NEAR(out.get({0, i / 2, i % 2}), expected[i], 0.0);
}

void empty_sizes_write_nothing(int32_t backend) {
  const Context ctx(backend);
  const tkz_visionzip_params params = budget(3, 1);
  Tensor logits(TKZ_F32, {0, 2, 8}), key_mean(TKZ_F32, {0, 8, 4});
  Tensor tokens(TKZ_F32, {0, 8, 6}), out(TKZ_F32, {0, 4, 6});
  tkz_visionzip_selection none = {};
  none.size = sizeof none;
  EXPECT_EQUAL(tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &logits.view,
                                           &key_mean.view, &none),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_visionzip_merge(ctx, nullptr, &params, nullptr, &tokens.view, &none, &out.view),
               int32_t{TKZ_OK});
  const tkz_visionzip_params nothing = budget(0, 0, false);
  Small small(nothing, {1, 2, 3}, {1, 2, 3}, 1);
  const Selection& got = small.select(backend);
  EXPECT_LIST(got.scores, std::vector<float>{1, 2, 3});
  EXPECT_LIST(got.non_finite, Lists{0});
}

/// A sequence without tokens selects nothing, which takes two lists to say.
void empty_sequences_select_nothing(int32_t backend) {
  const Context ctx(backend);
  const Tensor query(TKZ_F32, {2, 3, 4}), keys(TKZ_F32, {2, 3, 0, 4}), logits(TKZ_F32, {2, 3, 0});
  const Tensor key_mean(TKZ_F32, {2, 0, 4}), scores(TKZ_F32, {2, 0}), tokens(TKZ_F32, {2, 0, 5});
  Tensor out(TKZ_F32, {2, 0, 5});
  const auto expect_nothing =
      [](bool has_cls,
         const std::function<int32_t(const tkz_visionzip_params&, Selection&)>& call) {
        const tkz_visionzip_params params = budget(3, 2, has_cls);
        Selection got(params, 2, 0);
        EXPECT_EQUAL(call(params, got), int32_t{TKZ_OK});
        EXPECT_LIST(got.member_offset, Lists{0, 0});
        EXPECT_LIST(got.non_finite, Lists{0, 0});
      };
  expect_nothing(true, [&](const tkz_visionzip_params& params, Selection& got) {
    return tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &logits.view, &key_mean.view,
                                       &got.view);
  });
  for (const bool has_cls : {false, true}) {
    expect_nothing(has_cls, [&](const tkz_visionzip_params& params, Selection& got) {
      return tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &scores.view,
                                         &key_mean.view, &got.view);
    });
  }
  expect_nothing(true, [&](const tkz_visionzip_params& params, Selection& got) {
    return tkz_visionzip(ctx, nullptr, &params, nullptr, &query.view, &keys.view, &tokens.view,
                         &got.view, &out.view, nullptr, 0);
  });
}

/// A list of one image of a batch, of `room` places.
template <class T>
std::vector<T> of_image(const std::vector<T>& all, int64_t image, int64_t room) {
  return std::vector<T>(all.begin() + image * room, all.begin() + (image + 1) * room);
}

template <class T>
std::vector<T> padded(std::vector<T> list, int64_t room, T value) {
  list.resize(static_cast<size_t>(room), value);
  return list;
}

/// Each picture of a ragged batch gets what it gets alone, and nothing else.
void ragged_equals_alone(int32_t backend, int32_t dtype, const tkz_visionzip_params& params) {
  const std::vector<int64_t> counts = {30, 0, 1, 47, 2, 9, 60};
  const int64_t most = 50, heads = 3, dim = 7, width = 11;  // the last one is longer
  const int64_t batch = static_cast<int64_t>(counts.size());
  Lists offsets = {0};
  for (const int64_t n : counts) offsets.push_back(offsets.back() + static_cast<int32_t>(n));
  const int64_t total = offsets.back() + 3;
  const tkz_ragged ragged = {sizeof ragged, 0, batch, most, offsets.data()};
  const bool has_cls = params.has_cls != 0;
  Tensor logits(TKZ_F32, {1, heads, total}), key_mean(TKZ_F32, {1, total, dim});
  Tensor scores(TKZ_F32, {1, total}, Memory::kPadded);
  Tensor tokens(dtype, {1, total, width}, Memory::kPadded);
  logits.randomize(1, 2.0f);
  key_mean.randomize(2);
  scores.randomize(3);
  tokens.randomize(4);
  if (has_cls) {  // whose scores are nobody's business
    for (int64_t b = 0; b < batch; b++) {
      if (counts[static_cast<size_t>(b)] > 0) {
        scores.set({0, offsets[static_cast<size_t>(b)]}, NAN);
      }
    }
  }
  const Context ctx(backend);
  for (const bool from_logits : {true, false}) {
    if (from_logits && !has_cls) continue;
    Selection got(params, batch, most);
    Tensor out(dtype, {batch, got.counts.out, width}, Memory::kPadded);
    EXPECT_EQUAL(from_logits ? tkz_visionzip_select_logits(ctx, nullptr, &params, &ragged,
                                                           &logits.view, &key_mean.view, &got.view)
                             : tkz_visionzip_select_scores(ctx, nullptr, &params, &ragged,
                                                           &scores.view, &key_mean.view, &got.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(
        tkz_visionzip_merge(ctx, nullptr, &params, &ragged, &tokens.view, &got.view, &out.view),
        int32_t{TKZ_OK});
    for (int64_t b = 0; b < batch; b++) {
      const int64_t first = offsets[static_cast<size_t>(b)];
      const int64_t n = std::min(counts[static_cast<size_t>(b)], most);
      const int64_t cls = has_cls && n > 0 ? 1 : 0;
      Tensor one_logits(TKZ_F32, {1, heads, n}), one_keys(TKZ_F32, {1, n, dim});
      Tensor one_scores(TKZ_F32, {1, n - cls}), one_tokens(dtype, {1, n, width});
      for (int64_t t = 0; t < n; t++) {
        for (int64_t h = 0; h < heads; h++) {
          one_logits.set({0, h, t}, logits.get({0, h, first + t}));
        }
        for (int64_t k = 0; k < dim; k++) one_keys.set({0, t, k}, key_mean.get({0, first + t, k}));
        if (t >= cls) one_scores.set({0, t - cls}, scores.get({0, first + t}));
        for (int64_t c = 0; c < width; c++) {
          one_tokens.set({0, t, c}, tokens.get({0, first + t, c}));
        }
      }
      Selection alone(params, 1, n);
      Tensor one_out(dtype, {1, alone.counts.out, width});
      if (from_logits) {
        EXPECT_EQUAL(tkz_visionzip_select_logits(ctx, nullptr, &params, nullptr, &one_logits.view,
                                                 &one_keys.view, &alone.view),
                     int32_t{TKZ_OK});
      } else {
        EXPECT_EQUAL(tkz_visionzip_select_scores(ctx, nullptr, &params, nullptr, &one_scores.view,
                                                 &one_keys.view, &alone.view),
                     int32_t{TKZ_OK});
      }
      EXPECT_EQUAL(tkz_visionzip_merge(ctx, nullptr, &params, nullptr, &one_tokens.view,
                                       &alone.view, &one_out.view),
                   int32_t{TKZ_OK});
      const tkz_visionzip_counts& room = got.counts;
      const auto same = [&](const Lists& all, const Lists& own, int64_t places, int32_t pad) {
        EXPECT_LIST(of_image(all, b, places), padded(own, places, pad));
      };
      same(got.dominant, alone.dominant, room.dominant, -1);
      same(got.target, alone.target, room.target, -1);
      same(got.merged, alone.merged, room.merged, -1);
      same(got.assign, alone.assign, room.merged, -1);
      same(got.member, alone.member, room.merged, -1);
      same(got.member_offset, alone.member_offset, room.target + 1, alone.member_offset.back());
      same(got.non_finite, {0}, 1, 0);
      EXPECT_LIST(of_image(got.scores, b, most - has_cls),
                  padded(alone.scores, most - has_cls, 0.0f));
      for (int64_t r = 0; r < room.out; r++) {
        for (int64_t c = 0; c < width; c++) {
          EXPECT_EQUAL(out.get({b, r, c}), r < alone.counts.out ? one_out.get({0, r, c}) : 0.0f);
        }
      }
    }
  }
}

/// tkz_visionzip gives the bits of its three steps for a ragged batch too.
void ragged_whole_equals_steps(int32_t backend, const std::vector<int64_t>& counts, int64_t spare) {
  const int64_t most = 40, heads = 3, dim = 16, width = 10;
  const int64_t batch = static_cast<int64_t>(counts.size());
  Lists offsets = {0};
  for (const int64_t n : counts) offsets.push_back(offsets.back() + static_cast<int32_t>(n));
  const int64_t total = offsets.back() + spare;
  const tkz_ragged ragged = {sizeof ragged, 0, batch, most, offsets.data()};
  const tkz_visionzip_params params = budget(9, 4);
  Tensor query(TKZ_F16, {batch, heads, dim}), keys(TKZ_F16, {1, heads, total, dim});
  Tensor tokens(TKZ_F16, {1, total, width});
  query.randomize(1);
  keys.randomize(2);
  tokens.randomize(3);
  const Context ctx(backend);
  Tensor logits(TKZ_F32, {1, heads, total}), key_mean(TKZ_F32, {1, total, dim});
  Selection steps(params, batch, most), whole(params, batch, most);
  Tensor steps_out(TKZ_F16, {batch, steps.counts.out, width});
  Tensor out(TKZ_F16, {batch, steps.counts.out, width});
  EXPECT_EQUAL(tkz_cls_logits_key_mean(ctx, nullptr, &ragged, &query.view, &keys.view, params.scale,
                                       &logits.view, &key_mean.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_visionzip_select_logits(ctx, nullptr, &params, &ragged, &logits.view,
                                           &key_mean.view, &steps.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_visionzip_merge(ctx, nullptr, &params, &ragged, &tokens.view, &steps.view,
                                   &steps_out.view),
               int32_t{TKZ_OK});
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_visionzip_workspace(&params, 1, heads, total, dim, &bytes), int32_t{TKZ_OK});
  const std::unique_ptr<void, decltype(&free)> workspace(aligned_alloc(256, bytes), &free);
  EXPECT_EQUAL(tkz_visionzip(ctx, nullptr, &params, &ragged, &query.view, &keys.view, &tokens.view,
                             &whole.view, &out.view, workspace.get(), bytes),
               int32_t{TKZ_OK});
  expect_same_lists(whole, steps);
  EXPECT_LIST(whole.scores, steps.scores);
  EXPECT_EQUAL(out.bytes() == steps_out.bytes(), true);
}

void ragged_batches_are_checked() {
  const Context ctx;
  const tkz_visionzip_params params = budget(3, 1);
  const Lists offsets = {0, 5, 6};
  tkz_ragged ragged = {sizeof ragged, 0, 2, 5, offsets.data()};
  Tensor logits(TKZ_F32, {2, 3, 5}), key_mean(TKZ_F32, {1, 6, 4}), packed(TKZ_F32, {1, 3, 6});
  Selection selection(params, 2, 5);
  const auto call = [&](const Tensor& given) {
    return tkz_visionzip_select_logits(ctx, nullptr, &params, &ragged, &given.view, &key_mean.view,
                                       &selection.view);
  };
  EXPECT_EQUAL(call(packed), int32_t{TKZ_OK});
  EXPECT_EQUAL(call(logits), int32_t{TKZ_INVALID_SHAPE});
  EXPECT_EQUAL(std::string(tkz_last_error()),
               std::string("tkz_visionzip_select_logits: extent P of logits [P,H,T] must be 1 as a "
                           "ragged batch has it, got 2"));
  ragged.reserved = 4;
  EXPECT_EQUAL(call(packed), int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error()),
               std::string("tkz_visionzip_select_logits: ragged.reserved must be 0, got 4"));
}

}  // namespace

int main() {
  run("ragged_batches_are_checked", ragged_batches_are_checked);
  run("budgets_are_counted", budgets_are_counted);
  for (const int32_t backend : backends()) {
    const std::string on = " on backend " + std::to_string(backend);
    for (const Shape& s : kShapes) {
      const std::string shape = " S=" + std::to_string(s.tokens) + " " +
                                std::to_string(s.dominant) + "+" + std::to_string(s.contextual) +
                                on;
      run("matches_naive" + shape, [&] { matches_naive(backend, s, TKZ_TARGET_PLUS_MEAN); });
      run("mean_with_target" + shape, [&] { matches_naive(backend, s, TKZ_MEAN_WITH_TARGET); });
      for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
        run("whole_equals_steps" + shape, [&] { whole_equals_steps(backend, dtype, s, {1}); });
      }
    }
    run("literal_example" + on, [&] { literal_example(backend); });
    run("equal_scores" + on, [&] { equal_scores_keep_the_lower_index(backend); });
    run("denormal_scores" + on, [&] { denormal_scores_are_ordered(backend); });
    run("equal_targets" + on, [&] { equal_targets_take_the_lower(backend); });
    run("zero_keys" + on, [&] { zero_keys_are_similar_to_nothing(backend); });
    run("non_finite_values" + on, [&] { non_finite_values_set_the_flag(backend); });
    run("given_scores" + on, [&] { given_scores_are_checked(backend); });
    run("keeping_everything" + on, [&] { keeping_everything_is_the_identity(backend); });
    run("token_features" + on, [&] { token_features_are_not_scanned(backend); });
    run("empty_sizes" + on, [&] { empty_sizes_write_nothing(backend); });
    for (const bool has_cls : {true, false}) {
      for (const auto& [dominant, contextual] :
           {std::pair{5, 4}, {1, 0}, {12, 0}, {40, 20}, {1, 7}, {60, 3}, {8, 45}}) {
        for (const int32_t dtype : {TKZ_F32, TKZ_BF16}) {
          run("ragged " + std::to_string(dominant) + "+" + std::to_string(contextual) + on,
              [&] { ragged_equals_alone(backend, dtype, budget(dominant, contextual, has_cls)); });
        }
      }
    }
    run("ragged_whole" + on, [&] { ragged_whole_equals_steps(backend, {30, 0, 1, 44, 12}, 2); });
    run("ragged_nothing" + on, [&] { ragged_whole_equals_steps(backend, {0, 0}, 0); });
    run("empty_sequences" + on, [&] { empty_sequences_select_nothing(backend); });
  }
  // Enough work for several threads, image by image and all on one image.
  run("threads, images", [] {
    whole_equals_steps(TKZ_BACKEND_CPU, TKZ_F32, {8, 16, 577, 64, 512, 54, 10}, {1, 2, 3, 5});
  });
  run("threads, selections", threads_share_selections);
  run("threads, one image", [] {
    whole_equals_steps(TKZ_BACKEND_CPU, TKZ_BF16, {1, 16, 3000, 64, 1024, 162, 30}, {1, 2, 3, 5});
  });
  return result();
}
