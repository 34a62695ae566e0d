// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What is read from attention maps against plain loops in double, on every backend, storage type
// and layout, from whole batches and ragged ones.
#include <limits>

#include "expect.h"
#include "ragged.h"

using namespace test;

namespace {

constexpr int32_t kFloats[] = {TKZ_F32, TKZ_F16, TKZ_BF16};

struct MapShape {
  int64_t batch, heads, tokens;
};

constexpr MapShape kMapShapes[] = {{1, 1, 1},  {2, 3, 7},  {1, 2, 33},
                                   {1, 2, 48}, {1, 5, 65}, {2, 1, 130}};

void whole_maps(int32_t backend, int32_t dtype, Memory memory, const MapShape& s) {
  const Context ctx(backend);
  Tensor map(dtype, {s.batch, s.heads, s.tokens, s.tokens}, memory);
  Tensor row(TKZ_F32, {s.batch, s.tokens}), received(TKZ_F32, {s.batch, s.tokens});
  Tensor last_mean(TKZ_F32, {s.batch, s.tokens}), mean(TKZ_F32, {s.batch, s.tokens, s.tokens});
  map.randomize(3);
  const int64_t wanted = s.tokens / 2;
  EXPECT_EQUAL(tkz_attention_row_from_map(ctx, nullptr, nullptr, &map.view, wanted, TKZ_HEADS_SUM,
                                          &row.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_attention_row_from_map(ctx, nullptr, nullptr, &map.view, -1, TKZ_HEADS_MEAN,
                                          &last_mean.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_attention_received_from_map(ctx, nullptr, nullptr, &map.view, 0, -1, 0, -1,
                                               &received.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_head_mean_map(ctx, nullptr, nullptr, &map.view, &mean.view), int32_t{TKZ_OK});
  for (int64_t b = 0; b < s.batch; b++) {
    for (int64_t j = 0; j < s.tokens; j++) {
      double row_sum = 0, last_sum = 0, column_sum = 0;
      for (int64_t i = 0; i < s.tokens; i++) {
        double sum = 0;
        for (int64_t h = 0; h < s.heads; h++) sum += map.get({b, h, i, j});
        EXPECT_NEAR(mean.get({b, i, j}), sum / static_cast<double>(s.heads), 1e-6);
        column_sum += sum;
        if (i == wanted) row_sum = sum;
        if (i == s.tokens - 1) last_sum = sum;
      }
      EXPECT_NEAR(row.get({b, j}), row_sum, 1e-5);
      EXPECT_NEAR(last_mean.get({b, j}), last_sum / static_cast<double>(s.heads), 1e-5);
      EXPECT_NEAR(received.get({b, j}), column_sum / static_cast<double>(s.heads * s.tokens), 1e-5);
    }
  }
}

/// Ranges of rows and columns, as of a map whose token 0 is CLS.
void ranges(int32_t backend) {
  const Context ctx(backend);
  Tensor map(TKZ_F32, {2, 3, 70, 70});
  map.randomize(4);
  const int64_t kRanges[][4] = {{1, -1, 1, -1},  {0, 1, 69, 70},  {3, 67, 0, 33},
                                {70, -1, 5, 50}, {20, 20, 7, 40}, {0, -1, 9, 9}};
  for (const auto& r : kRanges) {
    const int64_t row_end = r[1] < 0 ? 70 : r[1], width = (r[3] < 0 ? 70 : r[3]) - r[2];
    Tensor scores(TKZ_F32, {2, width});
    EXPECT_EQUAL(tkz_attention_received_from_map(ctx, nullptr, nullptr, &map.view, r[0], r[1], r[2],
                                                 r[3], &scores.view),
                 int32_t{TKZ_OK});
    for (int64_t b = 0; b < 2; b++) {
      for (int64_t j = 0; j < width; j++) {
        double sum = 0;
        for (int64_t h = 0; h < 3; h++) {
          for (int64_t i = r[0]; i < row_end; i++) sum += map.get({b, h, i, r[2] + j});
        }
        const double terms = static_cast<double>(3 * (row_end - r[0]));
        EXPECT_NEAR(scores.get({b, j}), terms > 0 ? sum / terms : 0.0, 1e-5);
      }
    }
  }
}

/// Every picture gets the bits of a map of its own size; the rest of the padding, all NaN, does not
/// show, and padded outputs are zero there.
void ragged_maps(int32_t backend, int32_t dtype, Memory memory) {
  const Context ctx(backend);
  const RaggedBatch batch({5, 0, 24, 1, 17}, 24);
  const int64_t heads = 3, most = 24, total = batch.total() + 1;
  Tensor map(dtype, {5, heads, most, most}, memory);
  map.randomize(5);
  for (int64_t b = 0; b < 5; b++) {
    for (int64_t h = 0; h < heads; h++) {
      for (int64_t i = 0; i < most; i++) {
        for (int64_t j = i < batch.count(b) ? batch.count(b) : 0; j < most; j++) {
          map.set({b, h, i, j}, std::numeric_limits<float>::quiet_NaN());
        }
      }
    }
  }
  Tensor row(TKZ_F32, {1, total}), last(TKZ_F32, {1, total}), received(TKZ_F32, {5, most - 1});
  Tensor mean(TKZ_F32, {5, most, most});
  EXPECT_EQUAL(
      tkz_attention_row_from_map(ctx, nullptr, &batch.view, &map.view, 4, TKZ_HEADS_SUM, &row.view),
      int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_attention_row_from_map(ctx, nullptr, &batch.view, &map.view, -1, TKZ_HEADS_MEAN,
                                          &last.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_attention_received_from_map(ctx, nullptr, &batch.view, &map.view, 1, -1, 1, -1,
                                               &received.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_head_mean_map(ctx, nullptr, &batch.view, &map.view, &mean.view),
               int32_t{TKZ_OK});
  for (int64_t b = 0; b < 5; b++) {
    const int64_t n = batch.count(b), first = batch.first(b);
    tkz_tensor own_map = batch.picture(map.view, b, 0);
    own_map.shape[2] = own_map.shape[3] = n;
    Tensor own_row(TKZ_F32, {1, n}), own_last(TKZ_F32, {1, n});
    Tensor own_received(TKZ_F32, {1, n > 1 ? n - 1 : 0}), own_mean(TKZ_F32, {1, n, n});
    if (n > 4) {
      EXPECT_EQUAL(tkz_attention_row_from_map(ctx, nullptr, nullptr, &own_map, 4, TKZ_HEADS_SUM,
                                              &own_row.view),
                   int32_t{TKZ_OK});
    }
    EXPECT_EQUAL(tkz_attention_row_from_map(ctx, nullptr, nullptr, &own_map, -1, TKZ_HEADS_MEAN,
                                            &own_last.view),
                 int32_t{TKZ_OK});
    if (n > 0) {
      EXPECT_EQUAL(tkz_attention_received_from_map(ctx, nullptr, nullptr, &own_map, 1, -1, 1, -1,
                                                   &own_received.view),
                   int32_t{TKZ_OK});
    }
    EXPECT_EQUAL(tkz_head_mean_map(ctx, nullptr, nullptr, &own_map, &own_mean.view),
                 int32_t{TKZ_OK});
    for (int64_t j = 0; j < n; j++) {
      EXPECT_EQUAL(row.get({0, first + j}), n > 4 ? own_row.get({0, j}) : 0.0f);
      EXPECT_EQUAL(last.get({0, first + j}), own_last.get({0, j}));
    }
    for (int64_t j = 0; j < most - 1; j++) {
      EXPECT_EQUAL(received.get({b, j}), j < n - 1 ? own_received.get({0, j}) : 0.0f);
    }
    for (int64_t i = 0; i < most; i++) {
      for (int64_t j = 0; j < most; j++) {
        EXPECT_EQUAL(mean.get({b, i, j}), i < n && j < n ? own_mean.get({0, i, j}) : 0.0f);
      }
    }
  }
  EXPECT_EQUAL(row.get({0, total - 1}), kUntouched);
}

/// 9232 equal terms per column: a running sum would be off by 1e-5 and more.
void long_column_sums_keep_their_digits() {
  const Context ctx;
  const int64_t heads = 16, tokens = 577;
  Tensor map(TKZ_F32, {1, heads, tokens, tokens}), received(TKZ_F32, {1, tokens});
  const float weight = 1.0f / 577.0f;
  float* data = static_cast<float*>(map.view.data);
  std::fill(data, data + map.count(), weight);
  EXPECT_EQUAL(tkz_attention_received_from_map(ctx, nullptr, nullptr, &map.view, 0, -1, 0, -1,
                                               &received.view),
               int32_t{TKZ_OK});
  for (const float value : received.values()) EXPECT_NEAR(value / weight, 1.0, 2e-6);
}

/// Work large enough for several threads gives the same bits with one, two, three and seven.
void threads_do_not_show() {
  for (const int64_t batch : {1, 3}) {
    Tensor map(TKZ_F32, {batch, 3, 901, 901});
    map.randomize(3);
    std::vector<std::vector<unsigned char>> first;
    for (const int32_t threads : {1, 2, 3, 7}) {
      const Context ctx(TKZ_BACKEND_CPU, threads);
      Tensor row(TKZ_F32, {batch, 901}), received(TKZ_F32, {batch, 901});
      Tensor mean(TKZ_F32, {batch, 901, 901});
      EXPECT_EQUAL(
          tkz_attention_row_from_map(ctx, nullptr, nullptr, &map.view, 0, TKZ_HEADS_SUM, &row.view),
          int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_attention_received_from_map(ctx, nullptr, nullptr, &map.view, 0, -1, 0, -1,
                                                   &received.view),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(tkz_head_mean_map(ctx, nullptr, nullptr, &map.view, &mean.view),
                   int32_t{TKZ_OK});
      const std::vector<std::vector<unsigned char>> got = {row.bytes(), received.bytes(),
                                                           mean.bytes()};
      if (first.empty()) first = got;
      EXPECT_EQUAL(got == first, true);
    }
  }
}

/// One row of a map is little: here of tokens so many that all rows are the same memory.
void threads_share_a_row() {
  const int64_t heads = 8, tokens = 300000;
  Tensor rows(TKZ_F32, {heads, tokens});
  rows.randomize(6);
  const tkz_tensor map = {
      rows.view.data, TKZ_F32, 4, {1, heads, tokens, tokens}, {0, tokens, 0, 1}};
  std::vector<unsigned char> first;
  for (const int32_t threads : {1, 2, 3, 7}) {
    Tensor scores(TKZ_F32, {1, tokens});
    EXPECT_EQUAL(tkz_attention_row_from_map(Context(TKZ_BACKEND_CPU, threads), nullptr, nullptr,
                                            &map, 5, TKZ_HEADS_MEAN, &scores.view),
                 int32_t{TKZ_OK});
    if (first.empty()) first = scores.bytes();
    EXPECT_EQUAL(scores.bytes() == first, true);
  }
}

void empty_maps_write_nothing() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    Tensor map(TKZ_F16, {2, 3, 0, 0}), scores(TKZ_F32, {2, 0}), mean(TKZ_F32, {2, 0, 0});
    for (const int64_t row : {0, -1, 9}) {
      EXPECT_EQUAL(tkz_attention_row_from_map(ctx, nullptr, nullptr, &map.view, row, TKZ_HEADS_SUM,
                                              &scores.view),
                   int32_t{TKZ_OK});
    }
    EXPECT_EQUAL(tkz_attention_received_from_map(ctx, nullptr, nullptr, &map.view, 0, -1, 0, -1,
                                                 &scores.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_head_mean_map(ctx, nullptr, nullptr, &map.view, &mean.view), int32_t{TKZ_OK});
    const RaggedBatch none({}, 6);
    Tensor no_maps(TKZ_F32, {0, 3, 6, 6}), packed(TKZ_F32, {1, 4}), no_mean(TKZ_F32, {0, 6, 6});
    EXPECT_EQUAL(tkz_attention_row_from_map(ctx, nullptr, &none.view, &no_maps.view, 0,
                                            TKZ_HEADS_SUM, &packed.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_head_mean_map(ctx, nullptr, &none.view, &no_maps.view, &no_mean.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(packed.get({0, 3}), kUntouched);
  }
}

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    for (const int32_t dtype : kFloats) {
      for (const Memory memory : {Memory::kContiguous, Memory::kPadded, Memory::kTokensFirst}) {
        const std::string variant = " backend " + std::to_string(backend) + " dtype " +
                                    std::to_string(dtype) + " memory " +
                                    std::to_string(static_cast<int>(memory));
        for (const MapShape& s : kMapShapes) {
          run("whole_maps" + variant + " S=" + std::to_string(s.tokens),
              [&] { whole_maps(backend, dtype, memory, s); });
        }
        run("ragged_maps" + variant, [&] { ragged_maps(backend, dtype, memory); });
      }
    }
    run("ranges backend " + std::to_string(backend), [&] { ranges(backend); });
  }
  run("long_column_sums_keep_their_digits", long_column_sums_keep_their_digits);
  run("threads_do_not_show", threads_do_not_show);
  run("threads_share_a_row", threads_share_a_row);
  run("empty_maps_write_nothing", empty_maps_write_nothing);
  return result();
}
