// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Relevance of tokens to a text against a loop in fp64.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t batch, tokens, dim, segments;
  bool softmax, unaligned, ragged;
  float spread;  // features are about this large
};

std::string name(const Case& c) {
  return std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch) + " N" +
         std::to_string(c.tokens) + " P" + std::to_string(c.dim) + " K" +
         std::to_string(c.segments) + (c.softmax ? " softmax" : "") +
         (c.unaligned ? " unaligned" : "") + (c.ragged ? " ragged" : "") + " x " +
         std::to_string(c.spread);
}

double cosine(Input& text, int64_t b, int64_t k, Input& features, int64_t row_batch, int64_t row,
              int64_t dim) {
  double dot = 0, t2 = 0, f2 = 0;
  for (int64_t p = 0; p < dim; ++p) {
    const double t = text.at({b, k, p}), f = features.at({row_batch, row, p});
    dot += t * f;
    t2 += t * t;
    f2 += f * f;
  }
  return t2 > 0 && f2 > 0 ? dot / std::sqrt(t2) / std::sqrt(f2) : 0.0;
}

void run(const Case& c) {
  current_case = name(c);
  std::mt19937 random(static_cast<unsigned>(c.tokens * 31 + c.dim));
  std::normal_distribution<float> normal;
  // Ragged: pictures of N, 0, N - 1, N - 2, .. tokens, offsets beyond the end for the last.
  std::vector<int32_t> offsets = {0};
  for (int64_t b = 0; b < c.batch; ++b) {
    offsets.push_back(offsets.back() + static_cast<int32_t>(b == 1 ? 0 : c.tokens - b / 2));
  }
  const int64_t total = offsets.back();
  Buffer offset_memory(offsets.size() * sizeof(int32_t));
  memcpy(offset_memory.host().data(), offsets.data(), offsets.size() * sizeof(int32_t));
  offset_memory.upload();

  const std::vector<int64_t> shape = c.ragged ? std::vector<int64_t>{1, total, c.dim}
                                              : std::vector<int64_t>{c.batch, c.tokens, c.dim};
  std::vector<int64_t> stride = contiguous(shape);
  if (c.unaligned) stride = {shape[1] * (c.dim + 1) + 3, c.dim + 1, 1};
  Input features(c.dtype, shape, stride, c.unaligned ? 1 : 0,
                 [&] { return c.spread * normal(random); });
  Input text(c.dtype, {c.batch, c.segments, c.dim}, {c.segments * c.dim + 1, c.dim, 1}, 1,
             [&] { return normal(random); });
  if (shape[0] > 0 && shape[1] > 2) {
    for (int64_t p = 0; p < c.dim; ++p) features.set({0, 1, p}, p % 2 ? 0.0f : -0.0f);
    features.upload();
  }
  const float scale = c.softmax ? 100.0f : -1.0f;
  const int64_t rows = c.ragged ? total : c.batch * c.tokens;

  std::vector<float> first_scores;
  repeat([&] {
    Output<float> scores(rows);
    Output<int32_t> non_finite(c.batch);
    RelevanceArgs args = {};
    args.dtype = c.dtype;
    args.batch = c.batch;
    args.tokens = c.tokens;
    args.dim = c.dim;
    args.segments = c.segments;
    if (c.ragged) args.ragged = {offset_memory.device<int32_t>(), total, c.tokens};
    args.features = features.device();
    args.features_stride_batch = features.stride(0);
    args.features_stride_token = features.stride(1);
    args.text = text.device();
    args.text_stride_batch = text.stride(0);
    args.text_stride_segment = text.stride(1);
    args.scale = scale;
    args.softmax = c.softmax;
    args.scores = scores.device();
    args.non_finite = non_finite.device();
    CHECK(backend::relevance(args, nullptr) == 0);
    const std::vector<float> got = scores.values();
    for (const int32_t flag : non_finite.values()) CHECK(flag == 0);
    if (!first_scores.empty()) {
      CHECK(same_bits(got, first_scores));
      return;
    }
    first_scores = got;
    for (int64_t b = 0; b < c.batch; ++b) {
      const int64_t first = c.ragged ? offsets[b] : b * c.tokens;
      const int64_t count = c.ragged ? offsets[b + 1] - first : c.tokens;
      std::vector<double> expected;
      double maximum = -1e30, sum = 0;
      for (int64_t n = 0; n < count; ++n) {
        double mean = 0;
        for (int64_t k = 0; k < c.segments; ++k) {
          mean += cosine(text, b, k, features, c.ragged ? 0 : b, c.ragged ? first + n : n, c.dim);
        }
        expected.push_back(scale * mean / static_cast<double>(c.segments));
        maximum = std::fmax(maximum, expected.back());
      }
      for (const double value : expected) sum += std::exp(value - maximum);
      for (int64_t n = 0; n < count; ++n) {
        if (c.softmax) {
          const double value = std::exp(expected[n] - maximum) / sum;
          CHECK(is_near(got[first + n], value, 1e-4 * value + 1e-12));
        } else {
          CHECK(is_near(got[first + n], expected[n], 1e-6));
        }
      }
    }
  });
}

/// A NaN or infinity anywhere in a picture flags it, and only it.
void flags_pictures(bool in_text) {
  current_case = in_text ? "non-finite text" : "non-finite features";
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    Input features(DType::kF32, {3, 40, 8}, contiguous({3, 40, 8}), 0, [] { return 1.0f; });
    Input text(DType::kF32, {3, 1, 8}, contiguous({3, 1, 8}), 0, [] { return 2.0f; });
    in_text ? text.set({1, 0, 3}, bad) : features.set({1, 39, 3}, bad);
    features.upload();
    text.upload();
    Output<float> scores(120);
    Output<int32_t> non_finite(3);
    RelevanceArgs args = {};
    args.dtype = DType::kF32;
    args.batch = 3;
    args.tokens = 40;
    args.dim = args.features_stride_token = args.text_stride_batch = 8;
    args.segments = 1;
    args.features = features.device();
    args.features_stride_batch = 320;
    args.text = text.device();
    args.scale = 1.0f;
    args.softmax = in_text;
    args.scores = scores.device();
    args.non_finite = non_finite.device();
    CHECK(backend::relevance(args, nullptr) == 0);
    CHECK((non_finite.values() == std::vector<int32_t>{0, 1, 0}));
  }
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    cases.push_back({dtype, 2, 65, 768, 1, true, false, false, 1.0f});
    cases.push_back({dtype, 1, 33, 40, 3, false, false, false, 1.0f});
    cases.push_back({dtype, 2, 31, 37, 2, true, true, false, 1.0f});
    cases.push_back({dtype, 4, 35, 64, 2, true, false, true, 1.0f});
    cases.push_back({dtype, 4, 7, 33, 1, false, true, true, 1.0f});
    cases.push_back({dtype, 3, 1, 1, 1, true, false, false, 1.0f});
    cases.push_back({dtype, 2, 0, 8, 1, true, false, false, 1.0f});
    cases.push_back({dtype, 0, 5, 8, 1, true, false, false, 1.0f});
  }
  for (const float spread : {1e-30f, 1e30f, 1e-41f}) {
    cases.push_back({DType::kF32, 1, 9, 64, 1, false, false, false, spread});
    cases.push_back({DType::kBF16, 1, 9, 65, 1, false, true, false, spread});
  }
  cases.push_back({DType::kF32, 1, 2600, 4, 1, true, false, false, 1.0f});
  for (const Case& c : cases) run(c);
  flags_pictures(false);
  flags_pictures(true);
  return summary("relevance", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
