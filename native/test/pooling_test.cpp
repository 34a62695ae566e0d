// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Relevance and pooling against plain loops in double, on every backend, storage type and layout.
#include "expect.h"
#include "tensors.h"

using namespace test;

namespace {

constexpr int32_t kFloats[] = {TKZ_F32, TKZ_F16, TKZ_BF16};
constexpr int32_t kOk = TKZ_OK;

tkz_relevance_params relevance_params(int32_t softmax, float scale) {
  return {sizeof(tkz_relevance_params), softmax, scale};
}

tkz_prompt_pool_params pool_params(std::vector<int64_t> kernel, std::vector<int64_t> stride,
                                   std::vector<int64_t> output = {0, 0, 0}) {
  tkz_prompt_pool_params p = {sizeof p, 0.25f, {}, {}, {}};
  std::copy(kernel.begin(), kernel.end(), p.kernel);
  std::copy(stride.begin(), stride.end(), p.stride);
  std::copy(output.begin(), output.end(), p.output);
  return p;
}

tkz_ragged ragged_of(const std::vector<int32_t>& offsets, int64_t max_tokens) {
  return {sizeof(tkz_ragged), 0, static_cast<int64_t>(offsets.size()) - 1, max_tokens,
          offsets.data()};
}

/// Rows [first, first + count) of `features` [.,.,P] against text b of `text` [B,K,P].
std::vector<double> expected_scores(const Tensor& features, int64_t entry, int64_t first,
                                    int64_t count, const Tensor& text, int64_t b, bool softmax,
                                    double scale) {
  const int64_t dim = text.view.shape[2], segments = text.view.shape[1];
  std::vector<double> scores;
  double maximum = -1e300, total = 0;
  for (int64_t n = first; n < first + count; n++) {
    double mean = 0;
    for (int64_t k = 0; k < segments; k++) {
      double dot = 0, t2 = 0, f2 = 0;
      for (int64_t p = 0; p < dim; p++) {
        const double t = text.get({b, k, p}), f = features.get({entry, n, p});
        dot += t * f;
        t2 += t * t;
        f2 += f * f;
      }
      if (t2 > 0 && f2 > 0) mean += dot / std::sqrt(t2) / std::sqrt(f2);
    }
    scores.push_back(scale * mean / static_cast<double>(segments));
    maximum = std::fmax(maximum, scores.back());
  }
  if (!softmax) return scores;
  for (double& s : scores) total += s = std::exp(s - maximum);
  for (double& s : scores) s /= total;
  return scores;
}

struct RelevanceShape {
  int64_t batch, tokens, dim, segments;
};

void relevance(int32_t backend, int32_t dtype, Memory memory, const RelevanceShape& s,
               float spread) {
  const Context ctx(backend);
  Tensor features(dtype, {s.batch, s.tokens, s.dim}, memory);
  Tensor text(dtype, {s.batch, s.segments, s.dim}, memory);
  features.randomize(1, spread);
  text.randomize(2, spread);
  for (int64_t p = 0; p < s.dim && s.tokens > 2; p++) features.set({0, 1, p}, p % 2 ? 0.0f : -0.0f);
  for (const bool softmax : {true, false}) {
    const float scale = softmax ? 30.0f : -1.0f;
    const tkz_relevance_params params = relevance_params(softmax, scale);
    Tensor scores(TKZ_F32, {s.batch, s.tokens});
    std::vector<int32_t> flags(static_cast<size_t>(s.batch), 7);
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &features.view, &text.view,
                               &scores.view, flags.data()),
                 kOk);
    for (int64_t b = 0; b < s.batch; b++) {
      EXPECT_EQUAL(flags[b], 0);
      const auto expected = expected_scores(features, b, 0, s.tokens, text, b, softmax, scale);
      for (int64_t n = 0; n < s.tokens; n++) {
        EXPECT_NEAR(scores.get({b, n}), expected[n], softmax ? 2e-5 : 1e-6);
      }
    }
    const std::vector<unsigned char> first = scores.bytes();
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &features.view, &text.view,
                               &scores.view, nullptr),
                 kOk);
    EXPECT_EQUAL(scores.bytes() == first, true);
  }
}

void relevance_of_one_text() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    Tensor features(TKZ_F32, {2, 3, 4}), text(TKZ_F32, {2, 4}), scores(TKZ_F32, {2, 3});
    features.fill({1, 0, 0, 0, 0, 2, 0, 0, 3, 3, 0, 0, /**/ 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1});
    text.fill({0, 1, 0, 0, /**/ 0, 0, 5, 0});
    const tkz_relevance_params params = relevance_params(0, 2.0f);
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &features.view, &text.view,
                               &scores.view, nullptr),
                 kOk);
    const std::vector<float> expected = {0.0f, 2.0f, 1.41421356f, 2.0f, 0.0f, 1.41421356f};
    for (int i = 0; i < 6; i++) EXPECT_NEAR(scores.values()[i], expected[i], 1e-6);
  }
}

void ragged_relevance(int32_t backend, int32_t dtype) {
  const Context ctx(backend);
  const std::vector<int32_t> offsets = {0, 33, 33, 40, 41};
  Tensor features(dtype, {1, 41, 40}), text(dtype, {4, 2, 40});
  features.randomize(1);
  text.randomize(2);
  const tkz_ragged ragged = ragged_of(offsets, 35);
  const tkz_relevance_params params = relevance_params(1, 10.0f);
  Tensor scores(TKZ_F32, {1, 41});
  std::vector<int32_t> flags(4, 7);
  EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, &ragged, &features.view, &text.view,
                             &scores.view, flags.data()),
               kOk);
  for (int64_t b = 0; b < 4; b++) {
    EXPECT_EQUAL(flags[b], 0);
    const int64_t first = offsets[b], count = offsets[b + 1] - first;
    const auto expected = expected_scores(features, 0, first, count, text, b, true, 10.0);
    // Alone or in a batch: the same bits.
    Tensor alone(TKZ_F32, {1, count}), own(dtype, {1, count, 40}), own_text(dtype, {1, 2, 40});
    for (int64_t n = 0; n < count; n++) {
      for (int64_t p = 0; p < 40; p++) own.set({0, n, p}, features.get({0, first + n, p}));
    }
    for (int64_t k = 0; k < 2; k++) {
      for (int64_t p = 0; p < 40; p++) own_text.set({0, k, p}, text.get({b, k, p}));
    }
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &own.view, &own_text.view,
                               &alone.view, nullptr),
                 kOk);
    for (int64_t n = 0; n < count; n++) {
      EXPECT_NEAR(scores.get({0, first + n}), expected[n], 2e-5);
      EXPECT_EQUAL(scores.get({0, first + n}), alone.get({0, n}));
    }
  }
}

/// Offsets that leave tokens out, before, behind and beyond max_tokens of a picture.
void tokens_of_no_picture_are_left(int32_t backend) {
  const Context ctx(backend);
  const std::vector<int32_t> offsets = {2, 5, 5, 9};
  Tensor features(TKZ_F32, {1, 12, 8}), text(TKZ_F32, {3, 8}), scores(TKZ_F32, {1, 12});
  features.randomize(1);
  text.randomize(2);
  const tkz_ragged ragged = ragged_of(offsets, 3);
  for (const int32_t softmax : {0, 1}) {
    const tkz_relevance_params params = relevance_params(softmax, 1.0f);
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, &ragged, &features.view, &text.view,
                               &scores.view, nullptr),
                 kOk);
    for (int64_t i = 0; i < 12; i++) {
      EXPECT_EQUAL(scores.get({0, i}) == kUntouched, i < 2 || i >= 8);
    }
  }
}

struct PoolShape {
  int64_t batch, extent[3], dim;
  std::vector<int64_t> kernel, stride;
};

const PoolShape kPoolShapes[] = {
    {1, {4, 6, 6}, 40, {2, 3, 3}, {2, 3, 3}}, {2, {5, 7, 5}, 37, {2, 3, 3}, {2, 3, 2}},
    {1, {3, 5, 7}, 16, {3, 5, 5}, {1, 1, 1}}, {2, {2, 3, 3}, 1, {1, 1, 1}, {2, 1, 1}},
    {1, {1, 9, 9}, 33, {1, 9, 9}, {1, 1, 1}},
};

/// Output token `at` of frames [first, ..) of entry `entry`.
std::vector<double> pooled(const Tensor& tokens, const Tensor* weight, int64_t entry, int64_t first,
                           const tkz_prompt_pool_params& p, const int64_t at[3]) {
  const int64_t dim = tokens.view.shape[4];
  std::vector<double> sum(static_cast<size_t>(dim), 0.0);
  double maximum = -1e300, total = 0;
  for (const bool is_sum : {false, true}) {
    for (int64_t i = 0; i < p.kernel[0] * p.kernel[1] * p.kernel[2]; i++) {
      const int64_t t = first + at[0] * p.stride[0] + i / p.kernel[2] / p.kernel[1];
      const int64_t h = at[1] * p.stride[1] + i / p.kernel[2] % p.kernel[1];
      const int64_t w = at[2] * p.stride[2] + i % p.kernel[2];
      const double value = weight != nullptr ? weight->get({entry, t, h, w}) : 0.0;
      if (!is_sum) {
        maximum = std::fmax(maximum, value);
        continue;
      }
      const double share = std::exp((value - maximum) / static_cast<double>(p.temperature));
      total += share;
      for (int64_t d = 0; d < dim; d++) sum[d] += share * tokens.get({entry, t, h, w, d});
    }
  }
  for (double& s : sum) s /= total;
  return sum;
}

double tolerance(int32_t dtype) { return dtype == TKZ_F32 ? 2e-6 : dtype == TKZ_F16 ? 1e-3 : 8e-3; }

void expect_pooled(const Tensor& out, int64_t b, int64_t frames, const Tensor& tokens,
                   const Tensor* weight, int64_t entry, int64_t first,
                   const tkz_prompt_pool_params& p) {
  for (int64_t t = 0; t < p.output[0]; t++) {
    for (int64_t h = 0; h < p.output[1]; h++) {
      for (int64_t w = 0; w < p.output[2]; w++) {
        const int64_t at[3] = {t, h, w};
        const bool fits = t < frames;
        std::vector<double> expected(static_cast<size_t>(out.view.shape[4]), 0.0);
        if (fits) expected = pooled(tokens, weight, entry, first, p, at);
        for (int64_t d = 0; d < out.view.shape[4]; d++) {
          EXPECT_NEAR(out.get({b, t, h, w, d}), expected[static_cast<size_t>(d)],
                      fits ? tolerance(out.view.dtype) : 0.0);
        }
      }
    }
  }
}

void prompt_pool(int32_t backend, int32_t dtype, Memory memory, const PoolShape& s) {
  const Context ctx(backend);
  Tensor tokens(dtype, {s.batch, s.extent[0], s.extent[1], s.extent[2], s.dim}, memory);
  Tensor weight(TKZ_F32, {s.batch, s.extent[0], s.extent[1], s.extent[2]}, memory);
  tokens.randomize(1);
  weight.randomize(2);
  for (const Tensor* w : {&weight, static_cast<Tensor*>(nullptr)}) {
    tkz_prompt_pool_params params = pool_params(s.kernel, s.stride);
    tkz_prompt_pool_params complete = params;
    EXPECT_EQUAL(tkz_pool_size(s.extent, &complete), kOk);
    Tensor out(dtype, {s.batch, complete.output[0], complete.output[1], complete.output[2], s.dim},
               memory);
    std::vector<int32_t> flags(static_cast<size_t>(s.batch), 7);
    const auto call = [&](int32_t* non_finite) {
      return tkz_prompt_pool_3d(ctx, nullptr, &params, nullptr, &tokens.view,
                                w != nullptr ? &w->view : nullptr, &out.view, non_finite);
    };
    EXPECT_EQUAL(call(flags.data()), kOk);
    for (int64_t b = 0; b < s.batch; b++) {
      EXPECT_EQUAL(flags[b], 0);
      expect_pooled(out, b, complete.output[0], tokens, w, b, 0, complete);
    }
    const std::vector<unsigned char> first = out.bytes();
    EXPECT_EQUAL(call(nullptr), kOk);
    EXPECT_EQUAL(out.bytes() == first, true);
  }
}

void ragged_pool(int32_t backend, int32_t dtype) {
  const Context ctx(backend);
  const std::vector<int32_t> offsets = {0, 5, 5, 6, 10};
  Tensor tokens(dtype, {1, 10, 4, 5, 24}), weight(TKZ_F32, {1, 10, 4, 5});
  tokens.randomize(1);
  weight.randomize(2);
  const tkz_ragged ragged = ragged_of(offsets, 5);
  tkz_prompt_pool_params params = pool_params({2, 2, 3}, {2, 2, 2}, {2, 2, 2});
  Tensor out(dtype, {4, 2, 2, 2, 24});
  std::vector<int32_t> flags(4, 7);
  EXPECT_EQUAL(tkz_prompt_pool_3d(ctx, nullptr, &params, &ragged, &tokens.view, &weight.view,
                                  &out.view, flags.data()),
               kOk);
  const int64_t frames[] = {2, 0, 0, 2};
  for (int64_t b = 0; b < 4; b++) {
    EXPECT_EQUAL(flags[b], 0);
    expect_pooled(out, b, frames[b], tokens, &weight, 0, offsets[b], params);
  }
}

/// Equal weights, huge or tiny, are a plain average; one far above the others is a copy.
void weights_of_any_size() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    Tensor tokens(TKZ_F32, {1, 1, 1, 4, 20}), weight(TKZ_F32, {1, 1, 1, 4});
    tokens.randomize(1);
    tkz_prompt_pool_params params = pool_params({1, 1, 4}, {1, 1, 1});
    params.temperature = 0.01f;
    Tensor plain(TKZ_F32, {1, 1, 1, 1, 20}), out(TKZ_F32, {1, 1, 1, 1, 20});
    EXPECT_EQUAL(tkz_prompt_pool_3d(ctx, nullptr, &params, nullptr, &tokens.view, nullptr,
                                    &plain.view, nullptr),
                 kOk);
    for (const float w : {0.0f, -0.0f, 1e-41f, 1.0f, -1e30f, 3e38f}) {
      weight.fill({w, w, w, w});
      EXPECT_EQUAL(tkz_prompt_pool_3d(ctx, nullptr, &params, nullptr, &tokens.view, &weight.view,
                                      &out.view, nullptr),
                   kOk);
      EXPECT_LIST(out.values(), plain.values());
    }
    // e^-64 is where a token stops to count: even a NaN in one is not seen then.
    weight.fill({0.0f, 0.0f, 1.0f, 0.1f});
    tokens.set({0, 0, 0, 0, 3}, NAN);
    EXPECT_EQUAL(tkz_prompt_pool_3d(ctx, nullptr, &params, nullptr, &tokens.view, &weight.view,
                                    &out.view, nullptr),
                 kOk);
    for (int64_t d = 0; d < 20; d++) {
      EXPECT_EQUAL(out.get({0, 0, 0, 0, d}), tokens.get({0, 0, 0, 2, d}));
    }
  }
}

void flags() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    for (const float bad : {NAN, INFINITY, -INFINITY}) {
      Tensor features(TKZ_F32, {3, 70, 5}), text(TKZ_F32, {3, 5}), scores(TKZ_F32, {3, 70});
      features.randomize(1);
      text.randomize(2);
      features.set({2, 69, 4}, bad);
      std::vector<int32_t> flag(3, 7);
      const tkz_relevance_params params = relevance_params(1, 1.0f);
      EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &features.view, &text.view,
                                 &scores.view, flag.data()),
                   int32_t{TKZ_OK});
      EXPECT_LIST(flag, {0, 0, 1});

      Tensor tokens(TKZ_F32, {3, 3, 5, 4, 8}), weight(TKZ_F32, {3, 3, 5, 4});
      Tensor out(TKZ_F32, {3, 1, 2, 2, 8});
      tokens.randomize(3);
      weight.randomize(4);
      weight.set({0, 2, 0, 0}, bad);  // behind the last frame window
      weight.set({0, 0, 2, 0}, bad);  // between two windows of rows
      weight.set({1, 1, 4, 3}, bad);  // the last cell of the last window
      const tkz_prompt_pool_params pool = pool_params({2, 2, 2}, {2, 3, 2});
      EXPECT_EQUAL(tkz_prompt_pool_3d(ctx, nullptr, &pool, nullptr, &tokens.view, &weight.view,
                                      &out.view, flag.data()),
                   kOk);
      EXPECT_LIST(flag, {0, 1, 0});
    }
  }
}

void empty_problems() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    const tkz_relevance_params params = relevance_params(1, 1.0f);
    Tensor features(TKZ_F16, {2, 0, 5}), text(TKZ_F16, {2, 5}), scores(TKZ_F32, {2, 0});
    std::vector<int32_t> flag(2, 7);
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &features.view, &text.view,
                               &scores.view, flag.data()),
                 kOk);
    EXPECT_LIST(flag, {0, 0});
    Tensor none(TKZ_F16, {0, 3, 5}), no_text(TKZ_F16, {0, 2, 5}), no_scores(TKZ_F32, {0, 3});
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &none.view, &no_text.view,
                               &no_scores.view, nullptr),
                 kOk);
    const tkz_prompt_pool_params pool = pool_params({1, 2, 2}, {1, 2, 2});
    Tensor tokens(TKZ_BF16, {0, 1, 2, 2, 3}), out(TKZ_BF16, {0, 1, 1, 1, 3});
    EXPECT_EQUAL(
        tkz_prompt_pool_3d(ctx, nullptr, &pool, nullptr, &tokens.view, nullptr, &out.view, nullptr),
        kOk);
    Tensor thin(TKZ_BF16, {2, 1, 2, 2, 0}), thin_out(TKZ_BF16, {2, 1, 1, 1, 0});
    thin.view.data = thin_out.view.data = nullptr;
    flag = {7, 7};
    EXPECT_EQUAL(tkz_prompt_pool_3d(ctx, nullptr, &pool, nullptr, &thin.view, nullptr,
                                    &thin_out.view, flag.data()),
                 kOk);
    EXPECT_LIST(flag, {0, 0});
  }
}

/// The softmax over 64 frames of 24 x 24: one token above thousands of equal ones, whose
/// exponentials make every running sum drift the same way.
void a_softmax_over_a_video_keeps_its_digits(int32_t backend) {
  const Context ctx(backend);
  const int64_t n = 64 * 576;
  Tensor features(TKZ_F32, {1, n, 2}), text(TKZ_F32, {1, 2}), scores(TKZ_F32, {1, n});
  text.fill({1.0f, 0.0f});
  for (int64_t i = 0; i < n; i++) {
    features.set({0, i, 0}, i == 77 ? 1.0f : 0.6f);
    features.set({0, i, 1}, i == 77 ? 0.0f : 0.8f);
  }
  for (const float scale : {1.7f, 9.7f}) {
    const tkz_relevance_params params = relevance_params(1, scale);
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &features.view, &text.view,
                               &scores.view, nullptr),
                 kOk);
    const double other = std::exp(-0.4 * double{scale});
    const double total = 1.0 + other * static_cast<double>(n - 1);
    EXPECT_NEAR(scores.get({0, 77}) * total, 1.0, 3e-6);
    EXPECT_NEAR(scores.get({0, n - 1}) * total / other, 1.0, 3e-6);
  }
}

/// Work large enough for several threads gives the same bits with one, two, three and seven.
void threads_do_not_show() {
  Tensor features(TKZ_F32, {1, 3000, 768}), text(TKZ_F32, {1, 768});
  Tensor tokens(TKZ_F32, {1, 6, 12, 12, 2500}), weight(TKZ_F32, {1, 6, 12, 12});
  features.randomize(1);
  text.randomize(2);
  tokens.randomize(3);
  weight.randomize(4);
  const tkz_relevance_params params = relevance_params(1, 50.0f);
  const tkz_prompt_pool_params pool = pool_params({2, 3, 3}, {2, 3, 3});
  std::vector<unsigned char> first;
  for (const int32_t threads : {1, 2, 3, 7}) {
    const Context ctx(TKZ_BACKEND_CPU, threads);
    Tensor scores(TKZ_F32, {1, 3000}), out(TKZ_F32, {1, 3, 4, 4, 2500});
    EXPECT_EQUAL(tkz_relevance(ctx, nullptr, &params, nullptr, &features.view, &text.view,
                               &scores.view, nullptr),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_prompt_pool_3d(ctx, nullptr, &pool, nullptr, &tokens.view, &weight.view,
                                    &out.view, nullptr),
                 int32_t{TKZ_OK});
    std::vector<unsigned char> got = scores.bytes();
    got.insert(got.end(), out.bytes().begin(), out.bytes().end());
    if (first.empty()) first = got;
    EXPECT_EQUAL(got == first, true);
  }
}

/// The rules of METHODS for frames, rows and columns at once.
void pool_sizes() {
  const auto expect = [](std::vector<int64_t> in, tkz_prompt_pool_params p,
                         std::vector<int64_t> kernel, std::vector<int64_t> stride,
                         std::vector<int64_t> output) {
    EXPECT_EQUAL(tkz_pool_size(in.data(), &p), kOk);
    EXPECT_LIST(std::vector<int64_t>(p.kernel, p.kernel + 3), kernel);
    EXPECT_LIST(std::vector<int64_t>(p.stride, p.stride + 3), stride);
    EXPECT_LIST(std::vector<int64_t>(p.output, p.output + 3), output);
    EXPECT_EQUAL(tkz_pool_size(in.data(), &p), kOk);  // what is complete stays as it is
    EXPECT_LIST(std::vector<int64_t>(p.output, p.output + 3), output);
  };
  const std::vector<int64_t> none = {0, 0, 0};
  expect({32, 24, 24}, pool_params({2, 3, 3}, {2, 3, 3}), {2, 3, 3}, {2, 3, 3}, {16, 8, 8});
  expect({32, 27, 27}, pool_params({2, 3, 3}, {2, 3, 3}), {2, 3, 3}, {2, 3, 3}, {16, 9, 9});
  expect({5, 25, 7}, pool_params({2, 3, 3}, {2, 3, 1}), {2, 3, 3}, {2, 3, 1}, {2, 8, 5});
  expect({32, 24, 25}, pool_params(none, none, {16, 8, 8}), {2, 3, 4}, {2, 3, 3}, {16, 8, 8});
  expect({7, 24, 24}, pool_params(none, {2, 3, 3}, {3, 8, 7}), {3, 3, 6}, {2, 3, 3}, {3, 8, 7});
  expect({13, 24, 9}, pool_params({1, 3, 9}, none, {6, 8, 1}), {1, 3, 9}, {2, 3, 1}, {6, 8, 1});
}

struct BadSize {
  const char* sentence;
  std::vector<int64_t> extent;
  tkz_prompt_pool_params params;
};

void bad_pool_sizes() {
  const std::vector<int64_t> none = {0, 0, 0}, in = {4, 6, 6};
  const BadSize cases[] = {
      {"tkz_pool_size: params must have a kernel and a stride or an output, got a kernel alone", in,
       pool_params({2, 3, 3}, none)},
      {"tkz_pool_size: params must have a kernel and a stride or an output, got none of them", in,
       pool_params(none, none)},
      {"tkz_pool_size: stride of params must be three numbers of 1 or more, or {0, 0, 0}, got {2, "
       "0, 3}",
       in, pool_params({2, 3, 3}, {2, 0, 3})},
      {"tkz_pool_size: kernel and output must be at most the extent 4 of frames T, got kernel 5, "
       "stride 1, output 0",
       in, pool_params({5, 3, 3}, {1, 3, 3})},
      {"tkz_pool_size: kernel and output must be at most the extent 6 of rows H, got kernel 0, "
       "stride 0, output 7",
       in, pool_params(none, none, {2, 7, 2})},
      {"tkz_pool_size: windows must fit into the extent 6 of columns W, got kernel -6, stride 4, "
       "output 4",
       in, pool_params(none, {1, 1, 4}, {2, 2, 4})},
      {"tkz_pool_size: windows must fit into the extent 6 of rows H, got kernel 5, stride 0, "
       "output "
       "4",
       in, pool_params({2, 5, 2}, none, {2, 4, 2})},
      {"tkz_pool_size: windows must fit into the extent 4 of frames T, got kernel 2, stride 2, "
       "output 3",
       in, pool_params({2, 3, 3}, {2, 3, 3}, {3, 2, 2})},
  };
  for (const BadSize& c : cases) {
    tkz_prompt_pool_params params = c.params;
    EXPECT_EQUAL(tkz_pool_size(c.extent.data(), &params) < 0, true);
    EXPECT_EQUAL(std::string(tkz_last_error()), std::string(c.sentence));
    EXPECT_EQUAL(memcmp(&params, &c.params, sizeof params), 0);
  }
}

/// A correct call of each operator; every test breaks one thing.
struct Call {
  Context ctx;
  Tensor features{TKZ_F32, {2, 6, 4}}, text{TKZ_F32, {2, 3, 4}}, scores{TKZ_F32, {2, 6}};
  Tensor tokens{TKZ_F32, {2, 2, 3, 3, 5}}, weight{TKZ_F32, {2, 2, 3, 3}};
  Tensor out{TKZ_F32, {2, 1, 1, 1, 5}};
  tkz_relevance_params params = relevance_params(1, 1.0f);
  tkz_prompt_pool_params window = pool_params({2, 3, 3}, {2, 3, 3});
  std::vector<int32_t> offsets = {0, 3, 6};
  tkz_ragged ragged = ragged_of(offsets, 4);

  int32_t score(const tkz_ragged* r = nullptr) {
    return tkz_relevance(ctx, nullptr, &params, r, &features.view, &text.view, &scores.view,
                         nullptr);
  }
  int32_t pool(const tkz_ragged* r = nullptr) {
    return tkz_prompt_pool_3d(ctx, nullptr, &window, r, &tokens.view, &weight.view, &out.view,
                              nullptr);
  }
};

struct BadCall {
  int32_t status;
  const char* sentence;
  std::function<int32_t(Call&)> call;
};

void bad_calls() {
  const BadCall cases[] = {
      {TKZ_INVALID_ARGUMENT, "tkz_relevance: params must not be null, got null",
       [](Call& c) {
         return tkz_relevance(c.ctx, nullptr, nullptr, nullptr, &c.features.view, &c.text.view,
                              &c.scores.view, nullptr);
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_relevance: size of params must be 12, got 3",
       [](Call& c) { return c.params.size = 3, c.score(); }},
      {TKZ_INVALID_ARGUMENT, "tkz_relevance: softmax of params must be 0 or 1, got 2",
       [](Call& c) { return c.params.softmax = 2, c.score(); }},
      {TKZ_INVALID_ARGUMENT, "tkz_relevance: scale of params must be finite, got inf",
       [](Call& c) { return c.params.scale = INFINITY, c.score(); }},
      {TKZ_INVALID_ARGUMENT, "tkz_relevance: text must be fp32 as features is, got fp16",
       [](Call& c) { return c.text.view.dtype = TKZ_F16, c.score(); }},
      {TKZ_INVALID_SHAPE, "tkz_relevance: extent K of text must be 1 or more, got 0",
       [](Call& c) { return c.text.view.shape[1] = 0, c.score(); }},
      {TKZ_INVALID_SHAPE,
       "tkz_relevance: extent P of text [B,K,P] must be 4 as features has it, got 3",
       [](Call& c) { return c.text.view.shape[2] = 3, c.score(); }},
      {TKZ_INVALID_SHAPE,
       "tkz_relevance: extent R of features [R,T,P] must be 1 as a packed batch has it, got 2",
       [](Call& c) { return c.score(&c.ragged); }},
      {TKZ_INVALID_ARGUMENT, "tkz_relevance: ragged.size must be 32, got 0",
       [](Call& c) { return c.features.view.shape[0] = 1, c.ragged.size = 0, c.score(&c.ragged); }},
      {TKZ_INVALID_ARGUMENT, "tkz_relevance: ragged.offsets must not be null, got null",
       [](Call& c) {
         return c.features.view.shape[0] = 1, c.ragged.offsets = nullptr, c.score(&c.ragged);
       }},
      {TKZ_INVALID_ARGUMENT, "tkz_prompt_pool_3d: temperature of params must be above 0, got 0",
       [](Call& c) { return c.window.temperature = 0.0f, c.pool(); }},
      {TKZ_INVALID_SHAPE,
       "tkz_prompt_pool_3d: kernel and output must be at most the extent 2 of frames T, got kernel "
       "3, stride 2, output 0",
       [](Call& c) { return c.window.kernel[0] = 3, c.pool(); }},
      {TKZ_INVALID_SHAPE,
       "tkz_prompt_pool_3d: extent W of weight [B,T,H,W] must be 3 as tokens has it, got 2",
       [](Call& c) { return c.weight.view.shape[3] = 2, c.pool(); }},
      {TKZ_INVALID_SHAPE,
       "tkz_prompt_pool_3d: extent I of out [B,F,I,J,D] must be 1 as the output size has it, got 2",
       [](Call& c) { return c.out.view.shape[2] = 2, c.pool(); }},
      {TKZ_UNSUPPORTED_DTYPE, "tkz_prompt_pool_3d: weight must be fp32, got fp16",
       [](Call& c) { return c.weight.view.dtype = TKZ_F16, c.pool(); }},
  };
  for (const BadCall& c : cases) {
    Call call;
    EXPECT_EQUAL(c.call(call), c.status);
    EXPECT_EQUAL(std::string(tkz_last_error()), std::string(c.sentence));
  }
  Call good;
  EXPECT_EQUAL(good.score(), kOk);
  EXPECT_EQUAL(good.pool(), kOk);
}

}  // namespace

int main() {
  const RelevanceShape shapes[] = {{1, 1, 1, 1}, {2, 33, 40, 3}, {3, 7, 37, 1}, {1, 70, 16, 2}};
  for (const int32_t backend : backends()) {
    for (const int32_t dtype : kFloats) {
      for (const Memory memory : {Memory::kContiguous, Memory::kPadded, Memory::kTokensFirst}) {
        const std::string variant = " backend " + std::to_string(backend) + " dtype " +
                                    std::to_string(dtype) + " memory " +
                                    std::to_string(static_cast<int>(memory));
        for (const RelevanceShape& s : shapes) {
          if (memory == Memory::kTokensFirst) continue;  // would move the last dimension
          run("relevance" + variant + " N=" + std::to_string(s.tokens),
              [&] { relevance(backend, dtype, memory, s, 1.0f); });
        }
        for (const PoolShape& s : kPoolShapes) {
          run("prompt_pool_3d" + variant + " D=" + std::to_string(s.dim),
              [&] { prompt_pool(backend, dtype, memory, s); });
        }
      }
      run("ragged", [&] {
        ragged_relevance(backend, dtype);
        ragged_pool(backend, dtype);
      });
    }
    for (const float spread : {1e-40f, 1e-25f, 1e25f}) {
      run("spread " + std::to_string(spread), [&] {
        relevance(backend, TKZ_F32, Memory::kContiguous, {1, 9, 40, 2}, spread);
        relevance(backend, TKZ_BF16, Memory::kPadded, {1, 9, 40, 2}, spread);
      });
    }
    run("tokens_of_no_picture_are_left", [&] { tokens_of_no_picture_are_left(backend); });
    run("softmax of a video, backend " + std::to_string(backend),
        [&] { a_softmax_over_a_video_keeps_its_digits(backend); });
  }
  run("wide", [] {
    relevance(TKZ_BACKEND_CPU, TKZ_F16, Memory::kPadded, {1, 5, 9001, 2}, 1.0f);
    prompt_pool(TKZ_BACKEND_CPU, TKZ_F16, Memory::kPadded,
                {1, {2, 9, 8}, 2100, {2, 8, 8}, {1, 1, 1}});
  });
  run("relevance_of_one_text", relevance_of_one_text);
  run("weights_of_any_size", weights_of_any_size);
  run("flags", flags);
  run("empty_problems", empty_problems);
  run("threads_do_not_show", threads_do_not_show);
  run("pool_sizes", pool_sizes);
  run("bad_pool_sizes", bad_pool_sizes);
  run("bad_calls", bad_calls);
  return result();
}
