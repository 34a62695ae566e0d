// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores from a materialised softmax map, by row and by attention received, against loops in fp64.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t batch, heads, tokens;
  bool padded;
};

void run(const Case& c) {
  current_case = std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch) + " H" +
                 std::to_string(c.heads) + " S" + std::to_string(c.tokens);
  std::mt19937 random(static_cast<unsigned>(c.tokens));
  std::uniform_real_distribution<float> uniform(0.0f, c.tokens > 0 ? 2.0f / c.tokens : 1.0f);
  const std::vector<int64_t> shape = {c.batch, c.heads, c.tokens, c.tokens};
  std::vector<int64_t> stride = contiguous(shape);
  if (c.padded) {
    const int64_t row = c.tokens + 3;
    stride = {c.heads * c.tokens * row + 1, c.tokens * row, row, 1};
  }
  Input map(c.dtype, shape, stride, c.padded ? 1 : 0, [&] { return uniform(random); });
  const int64_t row = c.tokens / 2;

  std::vector<float> first_row, first_received;
  repeat([&] {
    Output<float> row_scores(c.batch * c.tokens), received(c.batch * c.tokens);
    AttentionMapArgs args = {
        c.dtype,      c.batch,       c.heads,       c.tokens,      row,
        map.device(), map.stride(0), map.stride(1), map.stride(2), row_scores.device()};
    CHECK(backend::attention_row(args, nullptr) == 0);
    args.scores = received.device();
    CHECK(backend::attention_received(args, nullptr) == 0);
    const auto got_row = row_scores.values();
    const auto got_received = received.values();
    if (!first_row.empty()) {
      CHECK(same_bits(got_row, first_row));
      CHECK(same_bits(got_received, first_received));
      return;
    }
    first_row = got_row;
    first_received = got_received;
    for (int64_t b = 0; b < c.batch; ++b) {
      for (int64_t column = 0; column < c.tokens; ++column) {
        double row_sum = 0, sum = 0;
        for (int64_t h = 0; h < c.heads; ++h) {
          row_sum += map.at({b, h, row, column});
          for (int64_t i = 0; i < c.tokens; ++i) sum += map.at({b, h, i, column});
        }
        const double mean = sum / (c.heads * c.tokens);
        CHECK(is_near(got_row[b * c.tokens + column], row_sum, 1e-6 * row_sum));
        CHECK(is_near(got_received[b * c.tokens + column], mean, 2e-6 * mean));
      }
    }
  });
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const int64_t tokens : {0, 1, 31, 33, 50}) {
      cases.push_back({dtype, 1, 3, tokens, false});
      cases.push_back({dtype, 3, 1, tokens, true});
    }
    cases.push_back({dtype, 0, 3, 10, false});
    cases.push_back({dtype, 1, 16, 65, true});
  }
  cases.push_back({DType::kF16, 1, 2, 577, false});
  for (const Case& c : cases) run(c);
  return summary("attention", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
