// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Copied rows bit for bit, and weighted sums to the bit against the same sum in fp32.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t batch, tokens, wanted, dim;
  bool unaligned;
};

std::vector<int32_t> random_rows(int64_t count, int64_t tokens, std::mt19937& random) {
  const int32_t none[] = {-1, static_cast<int32_t>(tokens), INT32_MIN, INT32_MAX};
  std::vector<int32_t> rows(count);
  for (int32_t& row : rows) {
    const uint32_t draw = random() >> 1;
    row = draw % 4 == 0 || tokens == 0 ? none[draw / 4 % 4] : static_cast<int32_t>(draw % tokens);
  }
  return rows;
}

void run(const Case& c) {
  current_case = std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch) + " S" +
                 std::to_string(c.tokens) + " k" + std::to_string(c.wanted) + " D" +
                 std::to_string(c.dim);
  std::mt19937 random(static_cast<unsigned>(c.tokens * 7 + c.dim));
  std::normal_distribution<float> normal;
  const int64_t gap = c.unaligned ? 1 : 0;
  const int64_t row = c.dim + gap;
  const auto next = [&] { return normal(random); };
  Input tokens(c.dtype, {c.batch, c.tokens, c.dim}, {c.tokens * row, row, 1}, gap, next);
  Input weight(DType::kF32, {c.batch, c.tokens}, {c.tokens, 1}, 0, next);
  const std::vector<int32_t> wanted = random_rows(c.batch * c.wanted, c.tokens, random);
  Buffer list(wanted.size() * sizeof(int32_t));
  if (!wanted.empty()) memcpy(list.host().data(), wanted.data(), list.host().size());
  list.upload();
  const size_t bytes = size_of(c.dtype);

  std::vector<unsigned char> first_copy, first_sum;
  repeat([&] {
    Output<unsigned char> copy((c.batch * c.wanted * row + gap) * bytes);
    CopyRowsArgs gather = {};
    gather.element_size = static_cast<int64_t>(bytes);
    gather.batch = c.batch;
    gather.out_rows = c.wanted;
    gather.dim = c.dim;
    gather.piece[0] = {tokens.device(), tokens.stride(0), tokens.stride(1), c.tokens};
    gather.piece_count = 1;
    gather.plan = list.device<int32_t>();
    gather.plan_stride_batch = c.wanted;
    gather.plan_stride_row = 1;
    gather.out = copy.device() + gap * bytes;
    gather.out_stride_batch = c.wanted * row;
    gather.out_stride_row = row;
    CHECK(backend::copy_rows(gather, nullptr) == 0);

    Output<unsigned char> sum((c.batch * row + gap) * bytes);
    WeightedSumArgs add = {};
    add.dtype = c.dtype;
    add.batch = c.batch;
    add.tokens = c.tokens;
    add.dim = c.dim;
    add.input = tokens.device();
    add.input_stride_batch = tokens.stride(0);
    add.input_stride_token = tokens.stride(1);
    add.weight = static_cast<const float*>(weight.device());
    add.weight_stride_batch = c.tokens;
    add.has_index = c.wanted % 2 == 0 ? 1 : 0;
    add.index = list.device<int32_t>();
    add.index_stride_batch = c.wanted;
    add.index_count = c.wanted;
    add.out = sum.device() + gap * bytes;
    add.out_stride_batch = row;
    CHECK(backend::weighted_sum(add, nullptr) == 0);

    const auto got_copy = copy.values(), got_sum = sum.values();
    if (!first_sum.empty()) {
      CHECK(same_bits(got_copy, first_copy));
      CHECK(same_bits(got_sum, first_sum));
      return;
    }
    first_copy = got_copy;
    first_sum = got_sum;
    for (int64_t b = 0; b < c.batch; ++b) {
      for (int64_t e = 0; e < c.dim; ++e) {
        for (int64_t i = 0; i < c.wanted; ++i) {
          const int32_t from = wanted[b * c.wanted + i];
          const double expected = from < 0 || from >= c.tokens ? 0.0 : tokens.at({b, from, e});
          CHECK(load(c.dtype, got_copy.data() + gap * bytes, (b * c.wanted + i) * row + e) ==
                expected);
        }
        float expected = 0.0f;
        for (int64_t i = 0; i < (add.has_index != 0 ? c.wanted : c.tokens); ++i) {
          const int64_t from = add.has_index != 0 ? wanted[b * c.wanted + i] : i;
          if (from < 0 || from >= c.tokens) continue;
          expected = std::fma(static_cast<float>(weight.at({b, from})),
                              static_cast<float>(tokens.at({b, from, e})), expected);
        }
        CHECK(load(c.dtype, got_sum.data() + gap * bytes, b * row + e) ==
              stored(c.dtype, expected));
      }
    }
  });
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const bool unaligned : {false, true}) {
      for (const int64_t dim : {1, 8, 33, 264}) {
        cases.push_back({dtype, 2, 35, 9, dim, unaligned});
        cases.push_back({dtype, 1, 20, 12, dim, unaligned});
      }
      cases.push_back({dtype, 1, 0, 3, 8, unaligned});
      cases.push_back({dtype, 2, 5, 0, 8, unaligned});
      cases.push_back({dtype, 0, 5, 3, 8, unaligned});
    }
  }
  for (const Case& c : cases) run(c);
  return summary("row_operators", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
