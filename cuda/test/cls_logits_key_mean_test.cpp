// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Logits of one query and head mean of the keys against a loop in fp64.
#include "support.h"

namespace tkz::test {
namespace {

enum class Layout { kHeadMajor, kTokenMajor, kUnaligned };

struct Case {
  DType dtype;
  int64_t batch, heads, tokens, dim;
  Layout layout;
  bool has_query;
};

void run(const Case& c) {
  current_case = std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch) + " H" +
                 std::to_string(c.heads) + " S" + std::to_string(c.tokens) + " d" +
                 std::to_string(c.dim) + " layout " + std::to_string(static_cast<int>(c.layout));
  std::mt19937 random(static_cast<unsigned>(c.tokens * 31 + c.dim));
  std::normal_distribution<float> normal;
  const auto next = [&] { return normal(random); };
  const std::vector<int64_t> shape = {c.batch, c.heads, c.tokens, c.dim};
  std::vector<int64_t> stride = contiguous(shape);
  int64_t offset = 0;
  if (c.layout == Layout::kTokenMajor) {  // keys inside a fused query-key-value row
    const int64_t row = 3 * c.heads * c.dim;
    stride = {c.tokens * row, c.dim, row, 1};
    offset = c.heads * c.dim;
  } else if (c.layout == Layout::kUnaligned) {
    const int64_t row = c.dim + 1;
    stride = {c.heads * c.tokens * row + 3, c.tokens * row, row, 1};
    offset = 1;
  }
  Input keys(c.dtype, shape, stride, offset, next);
  Input query(c.dtype, {c.batch, c.heads, c.dim}, {c.heads * c.dim + 1, c.dim, 1}, 1, next);
  const float scale = 0.37f;

  std::vector<float> first_logits, first_mean;
  repeat([&] {
    Output<float> logits(c.has_query ? c.batch * c.heads * c.tokens : 0);
    Output<float> mean(c.batch * c.tokens * c.dim, c.layout == Layout::kUnaligned ? 4 : 0);
    ClsLogitsKeyMeanArgs args = {c.dtype,         c.batch,
                                 c.heads,         c.tokens,
                                 c.dim,           c.has_query ? query.device() : nullptr,
                                 query.stride(0), query.stride(1),
                                 keys.device(),   keys.stride(0),
                                 keys.stride(1),  keys.stride(2),
                                 scale,           c.has_query ? logits.device() : nullptr,
                                 mean.device(),   {}};
    CHECK(backend::cls_logits_key_mean(args, nullptr) == 0);
    const auto got_logits = logits.values();
    const auto got_mean = mean.values();
    if (!first_mean.empty()) {
      CHECK(same_bits(got_logits, first_logits));
      CHECK(same_bits(got_mean, first_mean));
      return;
    }
    first_logits = got_logits;
    first_mean = got_mean;
    for (int64_t b = 0; b < c.batch; ++b) {
      for (int64_t s = 0; s < c.tokens; ++s) {
        for (int64_t h = 0; h < c.heads && c.has_query; ++h) {
          double dot = 0, magnitude = 1;
          for (int64_t e = 0; e < c.dim; ++e) {
            const double term = scale * query.at({b, h, e}) * keys.at({b, h, s, e});
            dot += term;
            magnitude += std::fabs(term);
          }
          CHECK(is_near(got_logits[(b * c.heads + h) * c.tokens + s], dot, 1e-6 * magnitude));
        }
        for (int64_t e = 0; e < c.dim; ++e) {
          double sum = 0;
          for (int64_t h = 0; h < c.heads; ++h) sum += keys.at({b, h, s, e});
          CHECK(is_near(got_mean[(b * c.tokens + s) * c.dim + e], sum / c.heads, 2e-6));
        }
      }
    }
  });
}

/// Pictures of different counts, packed, give the bits that each gives alone.
void run_ragged(DType dtype, Layout layout, bool has_query) {
  current_case = std::string("ragged ") + name_of(dtype);
  const std::vector<int32_t> counts = {9, 0, 1, 17};
  std::vector<int32_t> offsets = {0};
  for (const int32_t count : counts) offsets.push_back(offsets.back() + count);
  const int64_t batch = 4, heads = 5, dim = 24, total = offsets.back();
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  const auto next = [&] { return normal(random); };
  const std::vector<int64_t> stride = layout == Layout::kTokenMajor
                                          ? std::vector<int64_t>{0, dim, heads * dim, 1}
                                          : contiguous({1, heads, total, dim});
  Input keys(dtype, {1, heads, total, dim}, stride, 0, next);
  Input query(dtype, {batch, heads, dim}, contiguous({batch, heads, dim}), 0, next);
  Buffer offset_buffer(offsets.size() * sizeof(int32_t));
  memcpy(offset_buffer.host().data(), offsets.data(), offsets.size() * sizeof(int32_t));
  offset_buffer.upload();
  Output<float> logits(heads * total), mean(total * dim);
  ClsLogitsKeyMeanArgs args = {};
  args.dtype = dtype;
  args.batch = batch;
  args.heads = heads;
  args.tokens = total;
  args.dim = dim;
  args.query = has_query ? query.device() : nullptr;
  args.query_stride_batch = query.stride(0);
  args.query_stride_head = query.stride(1);
  args.keys = keys.device();
  args.keys_stride_head = keys.stride(1);
  args.keys_stride_token = keys.stride(2);
  args.scale = 0.37f;
  args.logits = has_query ? logits.device() : nullptr;
  args.key_mean = mean.device();
  args.ragged = {offset_buffer.device<int32_t>(), total, 20};
  CHECK(backend::cls_logits_key_mean(args, nullptr) == 0);
  const auto got_logits = logits.values();
  const auto got_mean = mean.values();
  for (int64_t b = 0; b < batch; ++b) {
    const int64_t count = counts[b], size = static_cast<int64_t>(size_of(dtype));
    Output<float> own_logits(heads * count), own_mean(count * dim);
    ClsLogitsKeyMeanArgs own = args;
    own.batch = 1;
    own.tokens = count;
    own.ragged = {};
    if (has_query) {
      own.query = static_cast<const char*>(args.query) + b * args.query_stride_batch * size;
    }
    own.keys = static_cast<const char*>(args.keys) + offsets[b] * args.keys_stride_token * size;
    own.logits = has_query ? own_logits.device() : nullptr;
    own.key_mean = own_mean.device();
    CHECK(backend::cls_logits_key_mean(own, nullptr) == 0);
    const auto expected_logits = own_logits.values();
    const auto expected_mean = own_mean.values();
    CHECK(same_bits(expected_mean, std::vector<float>(got_mean.begin() + offsets[b] * dim,
                                                      got_mean.begin() + offsets[b + 1] * dim)));
    for (int64_t h = 0; h < heads && has_query; ++h) {
      for (int64_t s = 0; s < count; ++s) {
        CHECK(expected_logits[h * count + s] == got_logits[h * total + offsets[b] + s]);
      }
    }
  }
}

int main() {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const Layout layout : {Layout::kHeadMajor, Layout::kTokenMajor}) {
      run_ragged(dtype, layout, true);
      run_ragged(dtype, layout, false);
    }
  }
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const Layout layout : {Layout::kHeadMajor, Layout::kTokenMajor, Layout::kUnaligned}) {
      for (const int64_t dim : {1, 5, 8, 16, 64, 72, 128}) {
        cases.push_back({dtype, 1, 3, 9, dim, layout, true});
      }
      for (const int64_t heads : {1, 2, 7, 16, 64}) {
        cases.push_back({dtype, 1, heads, 5, 64, layout, true});
      }
      for (const int64_t tokens : {0, 1, 31, 33}) {
        cases.push_back({dtype, 3, 4, tokens, 64, layout, true});
      }
      cases.push_back({dtype, 0, 16, 33, 64, layout, true});
      cases.push_back({dtype, 2, 16, 11, 72, layout, false});
    }
    cases.push_back({dtype, 1, 16, 577, 64, Layout::kTokenMajor, true});
  }
  for (const Case& c : cases) run(c);
  return summary("cls_logits_key_mean", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
