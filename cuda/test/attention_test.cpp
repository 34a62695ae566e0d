// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// What is read from a softmax map against a loop in fp64: one row, the attention received and the
// mean over heads, from whole batches and from ragged ones.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t batch, heads, tokens;
  bool padded;
  bool mean;
  Range rows, columns;
  std::vector<int32_t> counts;  // of a ragged batch; empty: every picture has all tokens
};

std::vector<int32_t> offsets_of(const std::vector<int32_t>& counts) {
  std::vector<int32_t> offsets = {0};
  for (const int32_t count : counts) offsets.push_back(offsets.back() + count);
  return offsets;
}

void run(const Case& c) {
  current_case = std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch) + " H" +
                 std::to_string(c.heads) + " S" + std::to_string(c.tokens) +
                 (c.padded ? " padded" : "") + (c.counts.empty() ? "" : " ragged");
  std::mt19937 random(static_cast<unsigned>(c.tokens));
  std::uniform_real_distribution<float> uniform(0.0f, c.tokens > 0 ? 2.0f / c.tokens : 1.0f);
  const std::vector<int64_t> shape = {c.batch, c.heads, c.tokens, c.tokens};
  std::vector<int64_t> stride = contiguous(shape);
  if (c.padded) {
    const int64_t row = c.tokens + 3;
    stride = {c.heads * c.tokens * row + 1, c.tokens * row, row, 1};
  }
  Input map(c.dtype, shape, stride, c.padded ? 1 : 0, [&] { return uniform(random); });
  const auto count_of = [&](int64_t b) { return c.counts.empty() ? c.tokens : c.counts[b]; };
  // Nothing outside a picture's corner may show.
  for (int64_t b = 0; b < c.batch && !c.counts.empty(); ++b) {
    for (int64_t h = 0; h < c.heads; ++h) {
      for (int64_t i = 0; i < c.tokens; ++i) {
        for (int64_t j = 0; j < c.tokens; ++j) {
          if (i >= count_of(b) || j >= count_of(b)) map.set({b, h, i, j}, NAN);
        }
      }
    }
  }
  map.upload();
  const std::vector<int32_t> offsets = offsets_of(c.counts);
  const int64_t total = c.counts.empty() ? c.batch * c.tokens : offsets.back();
  Buffer offset_buffer(offsets.size() * sizeof(int32_t));
  memcpy(offset_buffer.host().data(), offsets.data(), offsets.size() * sizeof(int32_t));
  offset_buffer.upload();
  const Ragged ragged =
      c.counts.empty() ? Ragged{} : Ragged{offset_buffer.device<int32_t>(), total, c.tokens};
  const AttentionMap view = {c.dtype,       c.batch,       c.heads,       c.tokens, map.device(),
                             map.stride(0), map.stride(1), map.stride(2), ragged};
  const int64_t row = c.tokens == 31 ? -1 : c.tokens / 2;
  const int64_t width =
      (c.columns.end < 0 ? c.tokens : c.columns.end) - std::min(c.columns.begin, c.tokens);

  std::vector<float> first_row, first_received, first_mean;
  repeat([&] {
    Output<float> row_scores(total), received(c.batch * width);
    Output<float> mean(c.batch * c.tokens * c.tokens, c.padded ? 4 : 0);
    CHECK(backend::attention_row_from_map({view, row, c.mean, row_scores.device()}, nullptr) == 0);
    CHECK(backend::attention_received_from_map({view, c.rows, c.columns, width, received.device()},
                                               nullptr) == 0);
    CHECK(backend::head_mean_map({view, mean.device()}, nullptr) == 0);
    const auto got_row = row_scores.values();
    const auto got_received = received.values();
    const auto got_mean = mean.values();
    if (!first_row.empty()) {
      CHECK(same_bits(got_row, first_row));
      CHECK(same_bits(got_received, first_received));
      CHECK(same_bits(got_mean, first_mean));
      return;
    }
    first_row = got_row;
    first_received = got_received;
    first_mean = got_mean;
    for (int64_t b = 0; b < c.batch; ++b) {
      const int64_t count = count_of(b);
      const int64_t start = c.counts.empty() ? b * c.tokens : offsets[b];
      const int64_t own_row = row < 0 ? count - 1 : row;
      const Range rows = c.rows.within(count), columns = c.columns.within(count);
      for (int64_t j = 0; j < count && own_row < count; ++j) {
        double sum = 0;
        for (int64_t h = 0; h < c.heads; ++h) sum += map.at({b, h, own_row, j});
        if (c.mean) sum /= c.heads;
        CHECK(is_near(got_row[start + j], sum, 1e-6 * sum));
      }
      for (int64_t j = 0; j < count && own_row >= count; ++j) CHECK(got_row[start + j] == 0);
      for (int64_t place = 0; place < width; ++place) {
        const int64_t j = c.columns.begin + place;
        double sum = 0;
        for (int64_t h = 0; h < c.heads && j < columns.end; ++h) {
          for (int64_t i = rows.begin; i < rows.end; ++i) sum += map.at({b, h, i, j});
        }
        const double value = sum == 0 ? 0 : sum / (c.heads * (rows.end - rows.begin));
        CHECK(is_near(got_received[b * width + place], value, 2e-6 * value));
      }
      for (int64_t i = 0; i < c.tokens; ++i) {
        for (int64_t j = 0; j < c.tokens; ++j) {
          double sum = 0;
          for (int64_t h = 0; h < c.heads && i < count && j < count; ++h) {
            sum += map.at({b, h, i, j});
          }
          CHECK(is_near(got_mean[(b * c.tokens + i) * c.tokens + j], sum / c.heads, 1e-6 * sum));
        }
      }
    }
  });
}

int main() {
  constexpr Range kAll = {0, -1};
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const int64_t tokens : {0, 1, 31, 33, 40, 50}) {
      cases.push_back({dtype, 1, 3, tokens, false, false, kAll, kAll, {}});
      cases.push_back({dtype, 3, 1, tokens, true, true, kAll, kAll, {}});
    }
    cases.push_back({dtype, 0, 3, 10, false, false, kAll, kAll, {}});
    cases.push_back({dtype, 1, 16, 65, true, true, kAll, kAll, {}});
    cases.push_back({dtype, 2, 3, 40, false, true, {1, -1}, {1, -1}, {}});
    cases.push_back({dtype, 2, 3, 33, false, true, {5, 20}, {2, 33}, {}});
    cases.push_back({dtype, 2, 3, 33, false, true, {7, 7}, {33, -1}, {}});
    cases.push_back({dtype, 5, 2, 31, false, false, {1, -1}, {1, 28}, {31, 0, 1, 16, 30}});
    cases.push_back({dtype, 4, 3, 40, false, true, kAll, kAll, {8, 40, 21, 0}});
    cases.push_back({dtype, 3, 3, 24, true, true, {20, 24}, {9, -1}, {8, 24, 13}});
  }
  cases.push_back({DType::kF16, 1, 2, 131, false, false, kAll, kAll, {}});
  for (const Case& c : cases) run(c);
  return summary("attention", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
