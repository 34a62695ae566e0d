// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Attention of one query against a softmax in fp64, and ragged batches against their pictures
// alone, bit for bit.
#include "support.h"

namespace tkz::test {
namespace {

enum class Layout { kHeadMajor, kTokenMajor, kUnaligned };

struct Case {
  DType dtype;
  int64_t heads, key_heads, dim;
  Layout layout;
  bool mean;
  std::vector<int32_t> counts;  // of the pictures; equal ones also go through one whole batch
};

/// One call over keys [P,Hk,T,d]; what it wrote.
struct Result {
  std::vector<float> scores;
  std::vector<int32_t> non_finite;
};

Result call(AttentionRowArgs args, int64_t score_count) {
  const int64_t longest = args.ragged.longest(args.tokens);
  Output<float> logits(args.batch * args.heads * longest), scores(score_count);
  Output<PartialSoftmax> partials(args.batch * args.heads * most_row_tiles(longest));
  Output<int32_t> non_finite(args.batch);
  args.logits = logits.device();
  args.partials = partials.device();
  args.scores = scores.device();
  args.non_finite = non_finite.device();
  CHECK(backend::attention_row(args, nullptr) == 0);
  return {scores.values(), non_finite.values()};
}

void run(const Case& c) {
  const int64_t batch = static_cast<int64_t>(c.counts.size());
  std::vector<int32_t> offsets = {0};
  for (const int32_t count : c.counts) offsets.push_back(offsets.back() + count);
  const int64_t total = offsets.back();
  const int64_t longest = batch > 0 ? *std::max_element(c.counts.begin(), c.counts.end()) : 0;
  current_case = std::string(name_of(c.dtype)) + " H" + std::to_string(c.heads) + "/" +
                 std::to_string(c.key_heads) + " d" + std::to_string(c.dim) + " layout " +
                 std::to_string(static_cast<int>(c.layout)) + " B" + std::to_string(batch) + " S" +
                 std::to_string(longest);
  std::mt19937 random(static_cast<unsigned>(total * 31 + c.dim));
  std::normal_distribution<float> normal;
  const auto next = [&] { return normal(random); };
  const std::vector<int64_t> shape = {1, c.key_heads, total, c.dim};
  std::vector<int64_t> stride = contiguous(shape);
  int64_t offset = 0;
  if (c.layout == Layout::kTokenMajor) {
    const int64_t row = 2 * c.key_heads * c.dim;
    stride = {total * row, c.dim, row, 1};
    offset = c.key_heads * c.dim;
  } else if (c.layout == Layout::kUnaligned) {
    const int64_t row = c.dim + 1;
    stride = {0, total * row, row, 1};
    offset = 1;
  }
  Input keys(c.dtype, shape, stride, offset, next);
  Input query(c.dtype, {batch, c.heads, c.dim}, {c.heads * c.dim + 1, c.dim, 1}, 1, next);
  Buffer offset_buffer(offsets.size() * sizeof(int32_t));
  memcpy(offset_buffer.host().data(), offsets.data(), offsets.size() * sizeof(int32_t));
  offset_buffer.upload();

  AttentionRowArgs args = {};
  args.dtype = c.dtype;
  args.batch = batch;
  args.heads = c.heads;
  args.key_heads = c.key_heads;
  args.tokens = total;
  args.dim = c.dim;
  args.query = query.device();
  args.query_stride_batch = query.stride(0);
  args.query_stride_head = query.stride(1);
  args.keys = keys.device();
  args.keys_stride_batch = keys.stride(0);
  args.keys_stride_head = keys.stride(1);
  args.keys_stride_token = keys.stride(2);
  args.scale = 0.3f;
  args.mean = c.mean;
  args.ragged = {offset_buffer.device<int32_t>(), total, longest + 5};

  Result first;
  bool is_first = true;
  repeat([&] {
    const Result got = call(args, total);
    if (!is_first) {
      CHECK(same_bits(got.scores, first.scores));
      CHECK(same_bits(got.non_finite, first.non_finite));
      return;
    }
    is_first = false;
    first = got;
  });

  for (int64_t b = 0; b < batch; ++b) {
    const int64_t count = c.counts[b];
    // The picture alone, in a batch of one.
    AttentionRowArgs alone = args;
    alone.batch = 1;
    alone.tokens = count;
    alone.ragged = {};
    const int64_t size = static_cast<int64_t>(size_of(c.dtype));
    alone.query = static_cast<const char*>(args.query) + b * args.query_stride_batch * size;
    alone.keys = static_cast<const char*>(args.keys) + offsets[b] * args.keys_stride_token * size;
    const Result own = call(alone, count);
    CHECK(own.non_finite[0] == 0 && first.non_finite[b] == 0);
    CHECK(same_bits(own.scores, std::vector<float>(first.scores.begin() + offsets[b],
                                                   first.scores.begin() + offsets[b + 1])));
    std::vector<double> expected(count, 0.0);
    for (int64_t h = 0; h < c.heads; ++h) {
      std::vector<double> logit(count);
      double maximum = -INFINITY, sum = 0;
      for (int64_t s = 0; s < count; ++s) {
        double dot = 0;
        for (int64_t e = 0; e < c.dim; ++e) {
          dot += query.at({b, h, e}) * keys.at({0, h / (c.heads / c.key_heads), offsets[b] + s, e});
        }
        logit[s] = static_cast<double>(args.scale) * dot;
        maximum = std::max(maximum, logit[s]);
      }
      for (const double x : logit) sum += std::exp(x - maximum);
      for (int64_t s = 0; s < count; ++s) expected[s] += std::exp(logit[s] - maximum) / sum;
    }
    for (int64_t s = 0; s < count; ++s) {
      const double value = expected[s] / (c.mean ? c.heads : 1);
      CHECK(is_near(own.scores[s], value, 1e-5 * value + 1e-9));
    }
  }
}

/// A NaN, an infinity or an overflow flags its picture and no other; large finite logits do not.
void flags() {
  current_case = "flags";
  const int64_t tokens = 70;
  struct Bad {
    float key, query;
    int32_t flag;
  };
  for (const Bad& bad : {Bad{NAN, 1, 1}, Bad{INFINITY, 1, 1}, Bad{1, NAN, 1}, Bad{3e38f, 3e38f, 1},
                         Bad{1e38f, 3.0f, 0}, Bad{-1e38f, 3.0f, 0}, Bad{1e-44f, 1e-44f, 0}}) {
    Input keys(DType::kF32, {3, 2, tokens, 4}, contiguous({3, 2, tokens, 4}), 0,
               [] { return 0.5f; });
    Input query(DType::kF32, {3, 2, 4}, contiguous({3, 2, 4}), 0, [] { return 1.0f; });
    keys.set({1, 1, 66, 2}, bad.key);
    query.set({1, 1, 2}, bad.query);
    keys.upload();
    query.upload();
    AttentionRowArgs args = {};
    args.batch = 3;
    args.heads = args.key_heads = 2;
    args.tokens = tokens;
    args.dim = 4;
    args.query = query.device();
    args.query_stride_batch = 8;
    args.query_stride_head = 4;
    args.keys = keys.device();
    args.keys_stride_batch = 8 * tokens;
    args.keys_stride_head = 4 * tokens;
    args.keys_stride_token = 4;
    args.scale = 1.0f;
    const Result got = call(args, 3 * tokens);
    CHECK(got.non_finite == (std::vector<int32_t>{0, bad.flag, 0}));
    for (int64_t i = 0; i < 3 * tokens; ++i) {
      if (i / tokens != 1) CHECK(is_near(got.scores[i], 2.0 / tokens, 1e-7));
      if (bad.flag == 0) CHECK(std::isfinite(got.scores[i]));
    }
  }
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const Layout layout : {Layout::kHeadMajor, Layout::kTokenMajor, Layout::kUnaligned}) {
      for (const int64_t dim : {1, 5, 16, 72, 128, 256}) {
        cases.push_back({dtype, 2, 1, dim, layout, dim == 16, {9, 0, 37}});
      }
      cases.push_back({dtype, 14, 2, 64, layout, true, {65, 1, 0, 130}});
      cases.push_back({dtype, 3, 3, 64, layout, false, {64, 64}});
    }
    cases.push_back({dtype, 20, 1, 8, Layout::kHeadMajor, false, {33}});
    cases.push_back({dtype, 4, 4, 8, Layout::kHeadMajor, false, {}});
    cases.push_back({dtype, 4, 4, 8, Layout::kHeadMajor, false, {0, 0}});
  }
  cases.push_back({DType::kF16, 128, 8, 8, Layout::kHeadMajor, true, {3}});
  cases.push_back({DType::kBF16, 1, 1, 8, Layout::kHeadMajor, false, {4096, 4097, 8300}});
  for (const Case& c : cases) run(c);
  flags();
  return summary("attention_row", static_cast<int>(cases.size()) + 1);
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
