// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The greedy selections against plain loops in double, on every backend.
#include <algorithm>

#include "expect.h"
#include "tensors.h"

using namespace test;

namespace {

using Lists = std::vector<int32_t>;
using Matrix = std::vector<double>;  // [n,n]

/// What a call returns; `indices` starts as nonsense.
struct Chosen {
  Lists indices, non_finite;
  Chosen(int64_t batch, int64_t m)
      : indices(static_cast<size_t>(batch * m), -77), non_finite(static_cast<size_t>(batch), -77) {
    view.data = indices.data();
    view.dtype = TKZ_I32;
    view.ndim = 2;
    view.shape[0] = batch;
    view.shape[1] = m;
    view.stride[0] = m;
    view.stride[1] = 1;
  }
  Lists of(int64_t image) const {
    const auto first = indices.begin() + image * view.shape[1];
    return Lists(first, first + view.shape[1]);
  }
  tkz_tensor view = {};
};

struct Workspace {
  explicit Workspace(size_t needed) : bytes(needed), memory(needed + 256, 0xcd) {
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    data = memory.data() + (256 - address % 256) % 256;
  }
  size_t bytes;
  std::vector<unsigned char> memory;
  void* data;
};

/// Pictures of the given counts, as the library wants to hear of them.
struct Pictures {
  explicit Pictures(const std::vector<int64_t>& counts, int64_t max_tokens) {
    for (const int64_t n : counts) offsets.push_back(offsets.back() + static_cast<int32_t>(n));
    view = {sizeof view, 0, static_cast<int64_t>(counts.size()), max_tokens, offsets.data()};
  }
  Lists offsets = {0};
  tkz_ragged view;
};

tkz_greedy_max_min_params max_min_params(int64_t m, int32_t input = TKZ_DISTANCE,
                                         int32_t ranked = 1) {
  return {sizeof(tkz_greedy_max_min_params), input, ranked, 0, m};
}

tkz_greedy_dpp_params dpp_params(int64_t m, int32_t ranked = 1) {
  return {sizeof(tkz_greedy_dpp_params), ranked, m};
}

Chosen max_min(tkz_ctx* ctx, const tkz_greedy_max_min_params& params, const Tensor& matrix,
               const tkz_ragged* ragged = nullptr) {
  const int64_t batch = matrix.view.shape[0], n = matrix.view.shape[1];
  Chosen got(batch, params.m);
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_greedy_max_min_workspace(batch, n, &bytes), int32_t{TKZ_OK});
  const Workspace workspace(bytes);
  EXPECT_EQUAL(tkz_greedy_max_min(ctx, nullptr, &params, ragged, &matrix.view, &got.view,
                                  got.non_finite.data(), workspace.data, workspace.bytes),
               int32_t{TKZ_OK});
  return got;
}

Chosen dpp(tkz_ctx* ctx, const tkz_greedy_dpp_params& params, const Tensor& similarity,
           const Tensor* weight = nullptr, const tkz_ragged* ragged = nullptr) {
  const int64_t batch = similarity.view.shape[0], n = similarity.view.shape[1];
  Chosen got(batch, params.m);
  size_t bytes = 0;
  EXPECT_EQUAL(tkz_greedy_dpp_workspace(&params, batch, n, &bytes), int32_t{TKZ_OK});
  const Workspace workspace(bytes);
  EXPECT_EQUAL(tkz_greedy_dpp(ctx, nullptr, &params, ragged, &similarity.view,
                              weight != nullptr ? &weight->view : nullptr, &got.view,
                              got.non_finite.data(), workspace.data, workspace.bytes),
               int32_t{TKZ_OK});
  return got;
}

/// Picks in order, and by how much the closest of them was the best.
struct Reference {
  Lists picks;
  double margin = INFINITY;

  void pick(const std::vector<double>& value) {
    size_t best = value.size();
    double second = -INFINITY;
    for (size_t i = 0; i < value.size(); i++) {
      if (std::count(picks.begin(), picks.end(), static_cast<int32_t>(i)) > 0) continue;
      if (best == value.size() || value[i] > value[best]) {
        if (best < value.size()) second = std::max(second, value[best]);
        best = i;
      } else {
        second = std::max(second, value[i]);
      }
    }
    margin = std::min(margin, value[best] - second);
    picks.push_back(static_cast<int32_t>(best));
  }
};

Reference naive_max_min(const Matrix& d, size_t n, size_t m) {
  Reference reference;
  if (m == 0) return reference;
  std::vector<double> value(n, n > 1 ? INFINITY : 0.0);
  for (size_t i = 0; i < n * n; i++) {
    if (i / n != i % n) value[i / n] = std::min(value[i / n], d[i]);
  }
  reference.pick(value);
  value.assign(n, INFINITY);
  while (reference.picks.size() < m) {
    const size_t last = static_cast<size_t>(reference.picks.back());
    for (size_t i = 0; i < n; i++) value[i] = std::min(value[i], d[last * n + i]);
    reference.pick(value);
  }
  return reference;
}

Reference naive_dpp(const Matrix& kernel, size_t n, size_t m) {
  Reference reference;
  std::vector<double> diagonal(n), gain;
  for (size_t i = 0; i < n; i++) diagonal[i] = kernel[i * n + i];
  gain = diagonal;
  const double largest = n > 0 ? *std::max_element(gain.begin(), gain.end()) : 0.0;
  std::vector<std::vector<double>> factor;
  while (reference.picks.size() < m) {
    Reference attempt = reference;
    attempt.pick(gain);
    const size_t j = static_cast<size_t>(attempt.picks.back());
    if (gain[j] <= 1e-6 * largest) {
      while (reference.picks.size() < m) reference.pick(diagonal);
      break;
    }
    reference = attempt;
    std::vector<double> row(n);
    for (size_t i = 0; i < n; i++) {
      double known = 0.0;
      for (const auto& c : factor) known += c[j] * c[i];
      row[i] = (kernel[j * n + i] - known) / std::sqrt(gain[j]);
    }
    for (size_t i = 0; i < n; i++) gain[i] -= row[i] * row[i];
    factor.push_back(row);
  }
  return reference;
}

/// Cosines of random tokens of width `width`, symmetric to the bit, in picture `image` of a tensor.
void random_cosines(Tensor& matrix, int64_t image, int64_t n, int64_t width, uint32_t seed) {
  // Plain memory and no product twice: under a sanitizer every access costs.
  const std::vector<float> tokens = Tensor(TKZ_F32, {n, width}).randomize(seed).values();
  const auto dot = [&](int64_t i, int64_t j) {
    const float *a = tokens.data() + i * width, *b = tokens.data() + j * width;
    double sum = 0.0;
    for (int64_t c = 0; c < width; c++)
      sum += static_cast<double>(a[c]) * static_cast<double>(b[c]);
    return sum;
  };
  std::vector<double> square;
  for (int64_t i = 0; i < n; i++) square.push_back(dot(i, i));
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j <= i; j++) {
      const double squares = square[static_cast<size_t>(i)] * square[static_cast<size_t>(j)];
      const float cosine = static_cast<float>(dot(i, j) / std::sqrt(squares));
      matrix.set({image, i, j}, cosine);
      matrix.set({image, j, i}, cosine);
    }
  }
}

void random_weights(Tensor& weight, int64_t image, int64_t first, int64_t n, uint32_t seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(0.2f, 1.0f);
  for (int64_t i = 0; i < n; i++) weight.set({image, first + i}, uniform(generator));
}

Matrix picture_of(const Tensor& matrix, int64_t image, int64_t n,
                  const std::function<double(double, int64_t, int64_t)>& f) {
  Matrix all;
  for (int64_t i = 0; i < n * n; i++) {
    all.push_back(f(static_cast<double>(matrix.get({image, i / n, i % n})), i / n, i % n));
  }
  return all;
}

Lists ascending(Lists list) {
  std::sort(list.begin(), list.end());
  return list;
}

struct Shape {
  int64_t batch, n, m;
};

constexpr Shape kShapes[] = {{1, 1, 0},  {2, 1, 1},   {1, 2, 1},   {1, 2, 2},    {2, 15, 4},
                             {1, 16, 9}, {3, 33, 33}, {1, 64, 20}, {2, 100, 31}, {1, 300, 24}};

void max_min_matches_naive(int32_t backend, const Shape& s, Memory memory) {
  const Context ctx(backend);
  Tensor matrix(TKZ_F32, {s.batch, s.n, s.n}, memory);
  for (int64_t b = 0; b < s.batch; b++) {
    random_cosines(matrix, b, s.n, 20, static_cast<uint32_t>(s.n * 3 + b));
  }
  for (const int32_t input : {TKZ_DISTANCE, TKZ_SIMILARITY}) {
    const Chosen ranked = max_min(ctx, max_min_params(s.m, input), matrix);
    const Chosen sorted = max_min(ctx, max_min_params(s.m, input, 0), matrix);
    EXPECT_LIST(ranked.non_finite, Lists(static_cast<size_t>(s.batch), 0));
    for (int64_t b = 0; b < s.batch; b++) {
      // fp32 as the library has it: exact but for 1 - s, which is rounded once.
      const Matrix d = picture_of(matrix, b, s.n, [&](double x, int64_t, int64_t) {
        return input == TKZ_DISTANCE ? x : double{1.0f - static_cast<float>(x)};
      });
      const Reference expected =
          naive_max_min(d, static_cast<size_t>(s.n), static_cast<size_t>(s.m));
      EXPECT_LIST(ranked.of(b), expected.picks);
      EXPECT_LIST(sorted.of(b), ascending(expected.picks));
    }
  }
}

void dpp_matches_naive(int32_t backend, const Shape& s, Memory memory) {
  const Context ctx(backend);
  Tensor similarity(TKZ_F32, {s.batch, s.n, s.n}, memory), weight(TKZ_F32, {s.batch, s.n}, memory);
  for (int64_t b = 0; b < s.batch; b++) {
    random_cosines(similarity, b, s.n, s.n + 30, static_cast<uint32_t>(s.n * 5 + b));
    random_weights(weight, b, 0, s.n, static_cast<uint32_t>(s.n + b));
  }
  const Tensor* const weights[] = {nullptr, &weight};
  for (const Tensor* const w : weights) {
    const Chosen ranked = dpp(ctx, dpp_params(s.m), similarity, w);
    const Chosen sorted = dpp(ctx, dpp_params(s.m, 0), similarity, w);
    EXPECT_LIST(ranked.non_finite, Lists(static_cast<size_t>(s.batch), 0));
    for (int64_t b = 0; b < s.batch; b++) {
      const Matrix kernel = picture_of(similarity, b, s.n, [&](double x, int64_t i, int64_t j) {
        return w == nullptr ? x : x * double{w->get({b, i})} * double{w->get({b, j})};
      });
      const Reference expected =
          naive_dpp(kernel, static_cast<size_t>(s.n), static_cast<size_t>(s.m));
      // Without weights the first picks tie up to the rounding of 1.
      if (w == nullptr && expected.margin < 1e-5) continue;
      EXPECT_EQUAL(expected.margin > 2e-6 || s.m == s.n, true);
      EXPECT_LIST(ranked.of(b), expected.picks);
      EXPECT_LIST(sorted.of(b), ascending(expected.picks));
    }
  }
}

/// Tokens of width 8 have eight directions; the rest is filled up by weight.
void dpp_fills_up_what_the_kernel_cannot_tell(int32_t backend) {
  const Context ctx(backend);
  const int64_t n = 50, m = 20;
  Tensor similarity(TKZ_F32, {1, n, n}), weight(TKZ_F32, {1, n});
  random_cosines(similarity, 0, n, 8, 7);
  random_weights(weight, 0, 0, n, 8);
  const Chosen got = dpp(ctx, dpp_params(m), similarity, &weight);
  const Matrix kernel = picture_of(similarity, 0, n, [&](double x, int64_t i, int64_t j) {
    return x * double{weight.get({0, i})} * double{weight.get({0, j})};
  });
  EXPECT_LIST(got.of(0), naive_dpp(kernel, n, m).picks);
  Lists filled(got.indices.begin() + 8, got.indices.end());
  for (size_t i = 1; i < filled.size(); i++) {
    EXPECT_EQUAL(weight.get({0, filled[i - 1]}) > weight.get({0, filled[i]}), true);
  }
}

void literal_examples(int32_t backend) {
  const Context ctx(backend);
  // Tokens on a line at 0, 1, 2 and 10: 10 is alone, 0 farthest from it, then 2, then 1.
  Tensor line(TKZ_F32, {1, 4, 4});
  line.fill({0, 1, 2, 10, 1, 0, 1, 9, 2, 1, 0, 8, 10, 9, 8, 0});
  EXPECT_LIST(max_min(ctx, max_min_params(4), line).indices, Lists{3, 0, 2, 1});
  EXPECT_LIST(max_min(ctx, max_min_params(2, TKZ_DISTANCE, 0), line).indices, Lists{0, 3});
  EXPECT_LIST(max_min(ctx, max_min_params(4, TKZ_DISTANCE, 0), line).indices, Lists{0, 1, 2, 3});
  // L = diag(1, 3, 2), 1 and 2 nearly alike: after 1, token 0 gives more than token 2.
  Tensor kernel(TKZ_F32, {1, 3, 3});
  kernel.fill({1, 0, 0, 0, 3, 2.4f, 0, 2.4f, 2});
  EXPECT_LIST(dpp(ctx, dpp_params(3), kernel).indices, Lists{1, 0, 2});
  EXPECT_LIST(dpp(ctx, dpp_params(2, 0), kernel).indices, Lists{0, 1});
}

void ties_go_to_the_lower_index(int32_t backend) {
  const Context ctx(backend);
  Tensor same(TKZ_F32, {1, 40, 40});
  same.fill(std::vector<float>(1600, 0.5f));
  EXPECT_LIST(max_min(ctx, max_min_params(4), same).indices, Lists{0, 1, 2, 3});
  // Identical tokens, with zeros of both signs between them: picked last, in order.
  Tensor zeros(TKZ_F32, {1, 4, 4});
  zeros.fill({0, -0.0f, 1, 0, -0.0f, 0, 1, -0.0f, 1, 1, 0, 1, 0, -0.0f, 1, 0});
  EXPECT_LIST(max_min(ctx, max_min_params(4), zeros).indices, Lists{2, 0, 1, 3});
  // All alike: one pick exhausts the kernel, the rest ties.
  same.fill(std::vector<float>(1600, 1.0f));
  EXPECT_LIST(dpp(ctx, dpp_params(4), same).indices, Lists{0, 1, 2, 3});
  // Nothing to give at all, and less than nothing.
  same.fill(std::vector<float>(1600, -0.0f)).set({0, 7, 7}, 0.0f);
  EXPECT_LIST(dpp(ctx, dpp_params(3), same).indices, Lists{0, 1, 2});
  same.fill(std::vector<float>(1600, -1.0f)).set({0, 7, 7}, -0.5f);
  const Chosen negative = dpp(ctx, dpp_params(3), same);
  EXPECT_LIST(negative.indices, Lists{7, 0, 1});
  EXPECT_LIST(negative.non_finite, Lists{0});
}

void extreme_values_are_ordered(int32_t backend) {
  const Context ctx(backend);
  Tensor tiny(TKZ_F32, {1, 3, 3});
  tiny.fill({0, 1e-45f, 3e-45f, 1e-45f, 0, 4e-45f, 3e-45f, 4e-45f, 0});
  EXPECT_LIST(max_min(ctx, max_min_params(3), tiny).indices, Lists{2, 1, 0});
  Tensor huge(TKZ_F32, {1, 3, 3});
  huge.fill({0, 1e38f, 3e38f, 1e38f, 0, 2e38f, 3e38f, 2e38f, 0});
  const Chosen far = max_min(ctx, max_min_params(3), huge);
  EXPECT_LIST(far.indices, Lists{2, 0, 1});
  EXPECT_LIST(far.non_finite, Lists{0});
}

void non_finite_values_set_the_flag(int32_t backend) {
  const Context ctx(backend);
  const int64_t n = 37;
  for (const float bad : {NAN, -NAN, INFINITY, -INFINITY}) {
    for (int64_t i = 0; i < n; i += 3) {
      Tensor matrix(TKZ_F32, {3, n, n}), weight(TKZ_F32, {3, n});
      for (int64_t b = 0; b < 3; b++) {
        random_cosines(matrix, b, n, 50, 1);
        random_weights(weight, b, 0, n, 2);
      }
      const int64_t j = (i * 5 + 1) % n;
      if (i != j) {
        matrix.set({1, i, j}, bad);
        matrix.set({1, j, i}, bad);
        const Chosen got = max_min(ctx, max_min_params(5, TKZ_SIMILARITY, 0), matrix);
        EXPECT_LIST(got.non_finite, Lists{0, 1, 0});
        for (const int32_t token : got.indices) EXPECT_EQUAL(token >= 0 && token < n, true);
      }
      random_cosines(matrix, 1, n, 50, 1);
      matrix.set({1, i, i}, bad);
      EXPECT_LIST(max_min(ctx, max_min_params(5), matrix).non_finite, Lists{0, 0, 0});
      const Chosen got = dpp(ctx, dpp_params(5, 0), matrix, &weight);
      EXPECT_LIST(got.non_finite, Lists{0, 1, 0});
      for (const int32_t token : got.indices) EXPECT_EQUAL(token >= 0 && token < n, true);
    }
    // A row that takes part, and a weight.
    Tensor matrix(TKZ_F32, {1, n, n}), weight(TKZ_F32, {1, n});
    random_cosines(matrix, 0, n, 50, 1);
    random_weights(weight, 0, 0, n, 2);
    const int32_t first = dpp(ctx, dpp_params(2), matrix, &weight).indices[0];
    weight.set({0, (first + 1) % n}, bad);
    EXPECT_LIST(dpp(ctx, dpp_params(2), matrix, &weight).non_finite, Lists{1});
    random_weights(weight, 0, 0, n, 2);
    matrix.set({0, first, (first + 2) % n}, bad);
    EXPECT_LIST(dpp(ctx, dpp_params(2), matrix, &weight).non_finite, Lists{1});
    // Where nothing is chosen nothing is looked at.
    EXPECT_LIST(max_min(ctx, max_min_params(n, TKZ_DISTANCE, 0), matrix).non_finite, Lists{0});
    EXPECT_LIST(dpp(ctx, dpp_params(0), matrix, &weight).non_finite, Lists{0});
  }
}

void ragged_pictures_are_chosen_from_as_alone(int32_t backend) {
  const Context ctx(backend);
  const std::vector<int64_t> counts = {20, 0, 1, 33, 7, 40};
  const int64_t most = 36, m = 9;  // the last picture is longer: its end is ignored
  const int64_t batch = static_cast<int64_t>(counts.size());
  const Pictures pictures(counts, most);
  Tensor matrix(TKZ_F32, {batch, most, most}, Memory::kPadded);
  Tensor weight(TKZ_F32, {1, 101}, Memory::kPadded);
  weight.fill(std::vector<float>(101, NAN));
  for (int64_t b = 0; b < batch; b++) {
    const int64_t n = std::min(counts[static_cast<size_t>(b)], most);
    for (int64_t i = 0; i < most * most; i++) matrix.set({b, i / most, i % most}, NAN);
    random_cosines(matrix, b, n, 60, static_cast<uint32_t>(b));
    random_weights(weight, 0, pictures.offsets[static_cast<size_t>(b)], n,
                   static_cast<uint32_t>(b));
  }
  for (const int32_t ranked : {0, 1}) {
    const Chosen far =
        max_min(ctx, max_min_params(m, TKZ_SIMILARITY, ranked), matrix, &pictures.view);
    const Chosen likely = dpp(ctx, dpp_params(m, ranked), matrix, &weight, &pictures.view);
    const Chosen plain = dpp(ctx, dpp_params(m, ranked), matrix, nullptr, &pictures.view);
    EXPECT_LIST(far.non_finite, Lists(counts.size(), 0));
    EXPECT_LIST(likely.non_finite, Lists(counts.size(), 0));
    for (int64_t b = 0; b < batch; b++) {
      const int64_t n = std::min(counts[static_cast<size_t>(b)], most), picks = std::min(m, n);
      Tensor one(TKZ_F32, {1, n, n}), own(TKZ_F32, {1, n});
      random_cosines(one, 0, n, 60, static_cast<uint32_t>(b));
      random_weights(own, 0, 0, n, static_cast<uint32_t>(b));
      const auto padded = [&](Lists list) {
        list.resize(static_cast<size_t>(m), -1);
        return list;
      };
      EXPECT_LIST(far.of(b),
                  padded(max_min(ctx, max_min_params(picks, TKZ_SIMILARITY, ranked), one).indices));
      EXPECT_LIST(likely.of(b), padded(dpp(ctx, dpp_params(picks, ranked), one, &own).indices));
      EXPECT_LIST(plain.of(b), padded(dpp(ctx, dpp_params(picks, ranked), one).indices));
    }
  }
}

void relevance_is_scaled(int32_t backend) {
  const Context ctx(backend);
  for (const int64_t n : {1, 2, 15, 16, 17, 300}) {
    Tensor relevance(TKZ_F32, {2, n}, Memory::kPadded), scaled(TKZ_F32, {2, n});
    relevance.randomize(static_cast<uint32_t>(n), 0.1f);
    EXPECT_EQUAL(tkz_min_max_relevance(ctx, nullptr, nullptr, &relevance.view, &scaled.view),
                 int32_t{TKZ_OK});
    for (int64_t b = 0; b < 2; b++) {
      double low = INFINITY, high = -INFINITY;
      for (int64_t i = 0; i < n; i++) {
        low = std::min(low, double{relevance.get({b, i})});
        high = std::max(high, double{relevance.get({b, i})});
      }
      for (int64_t i = 0; i < n; i++) {
        const double r = relevance.get({b, i});
        EXPECT_NEAR(scaled.get({b, i}), n == 1 ? 1.0 : (r - low + 1e-6) / (high - low), 1e-5);
      }
    }
  }
  Tensor same(TKZ_F32, {1, 20}), ones(TKZ_F32, {1, 20});
  same.fill(std::vector<float>(20, -0.0f)).set({0, 3}, 0.0f);
  EXPECT_EQUAL(tkz_min_max_relevance(ctx, nullptr, nullptr, &same.view, &ones.view),
               int32_t{TKZ_OK});
  EXPECT_LIST(ones.values(), std::vector<float>(20, 1.0f));
}

/// A value that is no number stays one, also where the others are equal or there are none, and the
/// choice that follows reports it.
void relevance_that_is_no_number_is_reported(int32_t backend) {
  const Context ctx(backend);
  constexpr float kInf = INFINITY;
  const std::vector<std::vector<float>> pictures = {
      {0.5f, NAN, 0.5f, 0.5f}, {kInf, kInf, kInf, kInf}, {-kInf, -kInf, -kInf, -kInf},
      {NAN, NAN, NAN, NAN},    {0.5f, 0.25f, NAN, 0.5f}, {0.5f, kInf, 0.5f, 0.5f},
      {NAN, -kInf, 0.5f, 0.5f}};
  for (const std::vector<float>& values : pictures) {
    Tensor relevance(TKZ_F32, {1, 4}), scaled(TKZ_F32, {1, 4}), matrix(TKZ_F32, {1, 4, 4});
    relevance.fill(values);
    matrix.fill(std::vector<float>(16, 0.5f));
    for (int64_t i = 0; i < 4; i++) matrix.set({0, i, i}, 1.0f);
    EXPECT_EQUAL(tkz_min_max_relevance(ctx, nullptr, nullptr, &relevance.view, &scaled.view),
                 int32_t{TKZ_OK});
    const std::vector<float> got = scaled.values();
    EXPECT_EQUAL(std::any_of(got.begin(), got.end(), [](float x) { return !std::isfinite(x); }),
                 true);
    EXPECT_LIST(dpp(ctx, dpp_params(2), matrix, &scaled).non_finite, Lists{1});
  }
}

void ragged_relevance_is_scaled_by_picture(int32_t backend) {
  const Context ctx(backend);
  const Pictures pictures({3, 0, 5, 2}, 4);
  Tensor relevance(TKZ_F32, {1, 12}), scaled(TKZ_F32, {1, 12});
  relevance.fill({0, 1, 2, 5, 6, 7, 9, -100, 4, 4, 8, 8});
  EXPECT_EQUAL(tkz_min_max_relevance(ctx, nullptr, &pictures.view, &relevance.view, &scaled.view),
               int32_t{TKZ_OK});
  const float expected[] = {0, 0.5f, 1, 0, 0.25f, 0.5f, 1, 0, 1, 1, 0, 0};
  for (int64_t i = 0; i < 12; i++) EXPECT_NEAR(scaled.get({0, i}), expected[i], 2e-6);
}

/// Every backend picks the same, down to the bit where a difference of one would show.
void backends_agree() {
  const int64_t n = 270, m = 60;
  Tensor matrix(TKZ_F32, {1, n, n}), weight(TKZ_F32, {1, n}), scaled(TKZ_F32, {1, n});
  random_cosines(matrix, 0, n, 40, 3);  // fewer directions than picks: the last gains are noise
  weight.randomize(4);
  Lists first;
  std::vector<float> relevance;
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    EXPECT_EQUAL(tkz_min_max_relevance(ctx, nullptr, nullptr, &weight.view, &scaled.view),
                 int32_t{TKZ_OK});
    const Lists got = dpp(ctx, dpp_params(m), matrix, &scaled).indices;
    if (first.empty()) {
      first = got;
      relevance = scaled.values();
    }
    EXPECT_LIST(got, first);
    EXPECT_LIST(scaled.values(), relevance);
  }
}

/// The one operator of these that reads too little of the matrices above for several threads.
void threads_share_relevance() {
  Tensor relevance(TKZ_F32, {3, 400000});
  relevance.randomize(5);
  std::vector<float> first;
  for (const int32_t threads : {1, 2, 3, 7}) {
    Tensor scaled(TKZ_F32, {3, 400000});
    EXPECT_EQUAL(tkz_min_max_relevance(Context(TKZ_BACKEND_CPU, threads), nullptr, nullptr,
                                       &relevance.view, &scaled.view),
                 int32_t{TKZ_OK});
    if (threads == 1) first = scaled.values();
    EXPECT_EQUAL(scaled.values() == first, true);
  }
}

void threads_change_nothing() {
  const int64_t n = 1100, m = 90;
  Tensor matrix(TKZ_F32, {2, n, n}), weight(TKZ_F32, {2, n});
  for (int64_t b = 0; b < 2; b++) {
    // Of the right kind, and fast to make.
    for (int64_t i = 0; i < n * n; i++) {
      const int64_t row = i / n, column = i % n;
      const double wave = std::cos(0.37 * static_cast<double>((row - column) * (b + 1)));
      matrix.set({b, row, column}, static_cast<float>(row == column ? 1.0 : 0.6 * wave));
    }
    random_weights(weight, b, 0, n, static_cast<uint32_t>(b));
  }
  Lists far, likely;
  std::vector<float> relevance;
  for (const int32_t threads : {1, 2, 3, 5}) {
    const Context ctx(TKZ_BACKEND_CPU, threads);
    const Lists one = max_min(ctx, max_min_params(m, TKZ_SIMILARITY), matrix).indices;
    const Lists two = dpp(ctx, dpp_params(m), matrix, &weight).indices;
    Tensor scaled(TKZ_F32, {2, n});
    EXPECT_EQUAL(tkz_min_max_relevance(ctx, nullptr, nullptr, &weight.view, &scaled.view),
                 int32_t{TKZ_OK});
    if (threads == 1) {
      relevance = scaled.values();
      far = one;
      likely = two;
    }
    EXPECT_LIST(one, far);
    EXPECT_LIST(two, likely);
    EXPECT_LIST(scaled.values(), relevance);
  }
}

void empty_sizes(int32_t backend) {
  const Context ctx(backend);
  const Tensor none(TKZ_F32, {0, 5, 5}), nothing(TKZ_F32, {2, 0, 0});
  EXPECT_LIST(max_min(ctx, max_min_params(3), none).indices, Lists{});
  EXPECT_LIST(dpp(ctx, dpp_params(3), none).indices, Lists{});
  EXPECT_LIST(max_min(ctx, max_min_params(0), nothing).non_finite, Lists{0, 0});
  EXPECT_LIST(dpp(ctx, dpp_params(0), nothing).non_finite, Lists{0, 0});
  const Pictures pictures({0, 0}, 0);
  EXPECT_LIST(max_min(ctx, max_min_params(2), nothing, &pictures.view).indices,
              Lists{-1, -1, -1, -1});
  EXPECT_LIST(dpp(ctx, dpp_params(2), nothing, nullptr, &pictures.view).indices,
              Lists{-1, -1, -1, -1});
}

void bad_arguments() {
  const Context ctx;
  Tensor matrix(TKZ_F32, {2, 6, 6}), weight(TKZ_F32, {2, 6}), scaled(TKZ_F32, {2, 6});
  Chosen chosen(2, 3);
  alignas(256) unsigned char memory[1024];
  const auto far = [&](tkz_greedy_max_min_params params, size_t bytes = sizeof memory,
                       const tkz_ragged* ragged = nullptr) {
    return tkz_greedy_max_min(ctx, nullptr, &params, ragged, &matrix.view, &chosen.view,
                              chosen.non_finite.data(), memory, bytes);
  };
  const auto likely = [&](tkz_greedy_dpp_params params, const tkz_tensor* w = nullptr,
                          const tkz_ragged* ragged = nullptr) {
    return tkz_greedy_dpp(ctx, nullptr, &params, ragged, &matrix.view, w, &chosen.view,
                          chosen.non_finite.data(), memory, sizeof memory);
  };
  const auto expect = [](int32_t status, int32_t expected, const char* sentence) {
    EXPECT_EQUAL(status, expected);
    EXPECT_EQUAL(std::string(tkz_last_error()), std::string(sentence));
  };
  EXPECT_EQUAL(far(max_min_params(3)), int32_t{TKZ_OK});
  EXPECT_EQUAL(likely(dpp_params(3), &weight.view), int32_t{TKZ_OK});
  expect(far(max_min_params(7)), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: params.m must be at most 6, the tokens there are, got 7");
  expect(far(max_min_params(-1)), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: params.m must be from 0 to 2147483647, got -1");
  expect(far(max_min_params(3, 2)), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: params.input must be 0 (distance) or 1 (similarity), got 2");
  expect(far(max_min_params(3, 0, 5)), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: params.ranked must be 0 or 1, got 5");
  expect(far({8, 0, 0, 0, 3}), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: params.size must be 24, got 8");
  expect(far({24, 0, 0, 1, 3}), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: params.reserved must be 0, got 1");
  expect(far(max_min_params(2)), TKZ_INVALID_SHAPE,
         "tkz_greedy_max_min: extent m of indices [B,m] must be 2 as params.m has it, got 3");
  expect(far(max_min_params(3), 100), TKZ_WORKSPACE_TOO_SMALL,
         "tkz_greedy_max_min: workspace must have at least 256 bytes, got 100");
  Pictures pictures({6, 2}, 6);
  pictures.view.size = 1;
  expect(far(max_min_params(3), sizeof memory, &pictures.view), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: ragged.size must be 32, got 1");
  pictures.view.size = sizeof pictures.view;
  pictures.view.max_tokens = 5;
  expect(far(max_min_params(3), sizeof memory, &pictures.view), TKZ_INVALID_SHAPE,
         "tkz_greedy_max_min: extent n of matrix [B,n,n] must be 5 as ragged.max_tokens has it, "
         "got 6");
  pictures.view.max_tokens = 6;
  pictures.view.batch = -1;
  expect(far(max_min_params(3), sizeof memory, &pictures.view), TKZ_INVALID_SHAPE,
         "tkz_greedy_max_min: ragged.batch must be 0 or more, got -1");
  pictures.view.batch = 2;
  pictures.view.offsets = nullptr;
  expect(far(max_min_params(3), sizeof memory, &pictures.view), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_max_min: ragged.offsets must not be null, got null");
  pictures.view.offsets = pictures.offsets.data();
  expect(likely(dpp_params(3), &weight.view, &pictures.view), TKZ_INVALID_SHAPE,
         "tkz_greedy_dpp: extent P of weight [P,T] must be 1 as a ragged batch has it, got 2");
  expect(likely({16, 2, 3}), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_dpp: params.ranked must be 0 or 1, got 2");
  chosen.view.dtype = TKZ_F32;
  expect(likely(dpp_params(3)), TKZ_UNSUPPORTED_DTYPE,
         "tkz_greedy_dpp: indices must be int32, got fp32");
  chosen.view.dtype = TKZ_I32;
  expect(tkz_min_max_relevance(ctx, nullptr, nullptr, &matrix.view, &scaled.view),
         TKZ_INVALID_SHAPE, "tkz_min_max_relevance: relevance must have 2 dimensions [B,n], got 3");
  size_t bytes = 0;
  expect(tkz_greedy_max_min_workspace(-1, 3, &bytes), TKZ_INVALID_SHAPE,
         "tkz_greedy_max_min_workspace: batch must be from 0 to 1048576, got -1");
  const tkz_greedy_dpp_params params = dpp_params(3);
  expect(tkz_greedy_dpp_workspace(&params, 1, 3, nullptr), TKZ_INVALID_ARGUMENT,
         "tkz_greedy_dpp_workspace: bytes must not be null, got null");
}

void device_limits() {
  if (!tkz_has_backend(TKZ_BACKEND_EMULATION)) return;
  const Context ctx(TKZ_BACKEND_EMULATION);
  Tensor matrix(TKZ_F32, {0, 9000, 9000});
  Chosen chosen(0, 3);
  const tkz_greedy_dpp_params params = dpp_params(3);
  EXPECT_EQUAL(tkz_greedy_dpp(ctx, nullptr, &params, nullptr, &matrix.view, nullptr, &chosen.view,
                              nullptr, nullptr, 0),
               int32_t{TKZ_INVALID_SHAPE});
  EXPECT_EQUAL(
      std::string(tkz_last_error()),
      std::string("tkz_greedy_dpp: tokens n must be at most 8192 on emulated CUDA, got 9000"));
}

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    const std::string on = " on backend " + std::to_string(backend);
    for (const Shape& s : kShapes) {
      const std::string shape = " n=" + std::to_string(s.n) + " m=" + std::to_string(s.m) + on;
      for (const Memory memory : {Memory::kContiguous, Memory::kPadded}) {
        run("max_min" + shape, [&] { max_min_matches_naive(backend, s, memory); });
        run("dpp" + shape, [&] { dpp_matches_naive(backend, s, memory); });
      }
    }
    run("fills_up" + on, [&] { dpp_fills_up_what_the_kernel_cannot_tell(backend); });
    run("literal_examples" + on, [&] { literal_examples(backend); });
    run("ties" + on, [&] { ties_go_to_the_lower_index(backend); });
    run("extreme_values" + on, [&] { extreme_values_are_ordered(backend); });
    run("non_finite" + on, [&] { non_finite_values_set_the_flag(backend); });
    run("ragged" + on, [&] { ragged_pictures_are_chosen_from_as_alone(backend); });
    run("relevance" + on, [&] { relevance_is_scaled(backend); });
    run("relevance_that_is_no_number" + on,
        [&] { relevance_that_is_no_number_is_reported(backend); });
    run("ragged_relevance" + on, [&] { ragged_relevance_is_scaled_by_picture(backend); });
    run("empty_sizes" + on, [&] { empty_sizes(backend); });
  }
  run("backends_agree", backends_agree);
  run("threads_change_nothing", threads_change_nothing);
  run("threads_share_relevance", threads_share_relevance);
  run("bad_arguments", bad_arguments);
  run("device_limits", device_limits);
  return result();
}
