// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The greedy selections against plain loops that round as the kernels do: the picks are the same
// ones, however close the race.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  int64_t batch, tokens, wanted;
  bool is_similarity, is_weighted, is_ranked, is_ragged;
};

constexpr float kInfinite = std::numeric_limits<float>::infinity();

int best_of(const std::vector<float>& value, const std::vector<int>& picked) {
  int best = -1;
  for (int i = 0; i < static_cast<int>(value.size()); ++i) {
    if (std::find(picked.begin(), picked.end(), i) != picked.end()) continue;
    if (best < 0 || value[i] > value[best]) best = i;
  }
  return best;
}

using Entry = std::function<float(int, int)>;

std::vector<int> farthest(int tokens, int picks, const Entry& distance) {
  std::vector<int> picked;
  std::vector<float> value(tokens, tokens > 1 ? kInfinite : 0.0f);
  for (int i = 0; i < tokens; ++i) {
    for (int j = 0; j < tokens; ++j) {
      if (i != j) value[j] = std::min(value[j], distance(i, j));
    }
  }
  while (static_cast<int>(picked.size()) < picks) {
    picked.push_back(best_of(value, picked));
    if (picked.size() == 1) value.assign(tokens, kInfinite);
    for (int i = 0; i < tokens; ++i) {
      value[i] = std::min(value[i], distance(picked.back(), i));
    }
  }
  return picked;
}

std::vector<int> likeliest(int tokens, int picks, const Entry& kernel) {
  std::vector<int> picked;
  std::vector<float> diagonal(tokens);
  for (int i = 0; i < tokens; ++i) diagonal[i] = kernel(i, i);
  std::vector<float> gain = diagonal;
  std::vector<std::vector<float>> factor;
  float least = 0.0f;
  bool is_filling = false;
  while (static_cast<int>(picked.size()) < picks) {
    int best = best_of(gain, picked);
    if (picked.empty()) least = 1e-6f * gain[best];
    if (!is_filling && !(gain[best] > least)) {
      is_filling = true;
      gain = diagonal;
      best = best_of(gain, picked);
    }
    picked.push_back(best);
    if (is_filling) continue;
    std::vector<float> row(tokens);
    for (int i = 0; i < tokens; ++i) {
      float known = 0.0f;
      for (const auto& c : factor) {
        const volatile float product = c[best] * c[i];
        known += product;
      }
      row[i] = (kernel(best, i) - known) / std::sqrt(gain[best]);
    }
    for (int i = 0; i < tokens; ++i) {
      const volatile float square = row[i] * row[i];
      gain[i] -= square;
    }
    factor.push_back(row);
  }
  return picked;
}

/// What the list of a picture has to be.
std::vector<int32_t> list_of(std::vector<int> picked, const Case& c) {
  if (!c.is_ranked) std::sort(picked.begin(), picked.end());
  picked.resize(c.wanted, -1);
  return std::vector<int32_t>(picked.begin(), picked.end());
}

void run(const Case& c) {
  current_case = "B" + std::to_string(c.batch) + " n" + std::to_string(c.tokens) + " m" +
                 std::to_string(c.wanted) + (c.is_similarity ? " similarity" : "") +
                 (c.is_weighted ? " weighted" : "") + (c.is_ranked ? " ranked" : "") +
                 (c.is_ragged ? " ragged" : "");
  std::mt19937 random(static_cast<unsigned>(c.tokens * 7 + c.wanted));
  std::normal_distribution<float> normal;
  const int64_t n = c.tokens;
  Input matrix(DType::kF32, {c.batch, n, n}, {n * (n + 1), n + 1, 1}, 1,
               [] { return std::nanf(""); });
  std::vector<int32_t> offsets = {0};
  for (int64_t b = 0; b < c.batch; ++b) {
    // The second picture has nothing, the last has more than counts.
    const int64_t count = !c.is_ragged       ? n
                          : b == 1           ? 0
                          : b + 1 == c.batch ? n + 3
                                             : n - static_cast<int64_t>(random() % n);
    offsets.push_back(offsets.back() + static_cast<int32_t>(count));
  }
  const auto count_of = [&](int64_t b) {
    return static_cast<int>(std::min<int64_t>(n, offsets[b + 1] - offsets[b]));
  };
  // Fewer directions than picks in some of the cases, enough for all where rows leave the chip.
  const int64_t width = c.wanted >= 80 ? 2 * c.wanted : 12;
  for (int64_t b = 0; b < c.batch; ++b) {
    std::vector<float> token(count_of(b) * width);
    for (float& x : token) x = 0.3f * normal(random);
    for (int i = 0; i < count_of(b); ++i) {
      for (int j = 0; j <= i; ++j) {
        float dot = 0.0f;
        for (int64_t e = 0; e < width; ++e) dot += token[i * width + e] * token[j * width + e];
        matrix.set({b, i, j}, dot);
        matrix.set({b, j, i}, dot);
      }
    }
  }
  matrix.upload();
  const int64_t total = offsets.back();
  Input weight(DType::kF32, {total}, {1}, 3, [&] { return 0.1f + std::fabs(normal(random)); });
  Buffer offset_buffer(offsets.size() * sizeof(int32_t));
  memcpy(offset_buffer.host().data(), offsets.data(), offset_buffer.host().size());
  offset_buffer.upload();
  Ragged ragged = {nullptr, 0, 0};
  if (c.is_ragged) ragged = {offset_buffer.device<int32_t>(), total, n};

  std::vector<std::vector<int32_t>> expected_far, expected_likely;
  for (int64_t b = 0; b < c.batch; ++b) {
    const int picks = static_cast<int>(std::min<int64_t>(c.wanted, count_of(b)));
    const auto entry = [&](int i, int j) { return static_cast<float>(matrix.at({b, i, j})); };
    expected_far.push_back(list_of(
        farthest(count_of(b), picks,
                 [&](int i, int j) { return c.is_similarity ? 1.0f - entry(i, j) : entry(i, j); }),
        c));
    const auto weight_of = [&](int i) { return static_cast<float>(weight.at({offsets[b] + i})); };
    expected_likely.push_back(list_of(likeliest(count_of(b), picks,
                                                [&](int i, int j) {
                                                  if (!c.is_weighted) return entry(i, j);
                                                  const volatile float left =
                                                      weight_of(i) * entry(i, j);
                                                  return left * weight_of(j);
                                                }),
                                      c));
  }

  repeat([&] {
    const int64_t rows = std::min(c.wanted, n);
    Output<float> nearest(c.batch * n), gain(c.batch * n), factor(c.batch * rows * n);
    Output<int32_t> far(c.batch * c.wanted), likely(c.batch * c.wanted);
    Output<int32_t> far_flag(c.batch), likely_flag(c.batch);
    GreedyMaxMinArgs max_min = {};
    max_min.batch = c.batch;
    max_min.tokens = n;
    max_min.wanted = c.wanted;
    max_min.ragged = ragged;
    max_min.is_similarity = c.is_similarity;
    max_min.is_ranked = c.is_ranked;
    max_min.matrix = static_cast<const float*>(matrix.device());
    max_min.matrix_stride_batch = matrix.stride(0);
    max_min.matrix_stride_row = matrix.stride(1);
    max_min.nearest = nearest.device();
    max_min.indices = far.device();
    max_min.non_finite = far_flag.device();
    CHECK(backend::greedy_max_min(max_min, nullptr) == 0);
    GreedyDppArgs dpp = {};
    dpp.batch = c.batch;
    dpp.tokens = n;
    dpp.wanted = c.wanted;
    dpp.ragged = ragged;
    dpp.is_ranked = c.is_ranked;
    dpp.similarity = max_min.matrix;
    dpp.similarity_stride_batch = matrix.stride(0);
    dpp.similarity_stride_row = matrix.stride(1);
    dpp.weight = c.is_weighted ? static_cast<const float*>(weight.device()) : nullptr;
    dpp.weight_stride_batch = n;
    dpp.gain = gain.device();
    dpp.factor = factor.device();
    dpp.indices = likely.device();
    dpp.non_finite = likely_flag.device();
    CHECK(backend::greedy_dpp(dpp, nullptr) == 0);
    CHECK(far_flag.values() == std::vector<int32_t>(c.batch, 0));
    CHECK(likely_flag.values() == std::vector<int32_t>(c.batch, 0));
    const std::vector<int32_t> got_far = far.values(), got_likely = likely.values();
    for (int64_t b = 0; b < c.batch; ++b) {
      const int64_t first = b * c.wanted, last = first + c.wanted;
      CHECK(std::vector<int32_t>(got_far.begin() + first, got_far.begin() + last) ==
            expected_far[b]);
      CHECK(std::vector<int32_t>(got_likely.begin() + first, got_likely.begin() + last) ==
            expected_likely[b]);
    }
  });
}

/// Tokens that are all alike, some of them of the same thread: in order.
void ties() {
  current_case = "ties";
  const int64_t n = 1060;
  Input matrix(DType::kF32, {n}, {1}, 0, [] { return 1.0f; });
  repeat([&] {
    Output<float> nearest(n), gain(n), factor(4 * n);
    Output<int32_t> far(4), likely(4), flag(1);
    GreedyMaxMinArgs max_min = {};
    max_min.batch = 1;
    max_min.tokens = n;
    max_min.wanted = 4;
    max_min.is_ranked = true;
    max_min.matrix = static_cast<const float*>(matrix.device());  // every row is the same one
    max_min.nearest = nearest.device();
    max_min.indices = far.device();
    max_min.non_finite = flag.device();
    CHECK(backend::greedy_max_min(max_min, nullptr) == 0);
    GreedyDppArgs dpp = {};
    dpp.batch = 1;
    dpp.tokens = n;
    dpp.wanted = 4;
    dpp.is_ranked = true;
    dpp.similarity = max_min.matrix;
    dpp.gain = gain.device();
    dpp.factor = factor.device();
    dpp.indices = likely.device();
    dpp.non_finite = flag.device();
    CHECK(backend::greedy_dpp(dpp, nullptr) == 0);
    CHECK((far.values() == std::vector<int32_t>{0, 1, 2, 3}));
    CHECK((likely.values() == std::vector<int32_t>{0, 1, 2, 3}));
  });
}

/// Rows of pictures one after another; what no picture has is zero.
void relevance(bool is_ragged) {
  current_case = is_ragged ? "relevance ragged" : "relevance";
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  const std::vector<int32_t> offsets = {0, 300, 300, 301, 390};
  const int64_t most = 280, total = 400, tokens = 100, batch = 4;
  Input in(DType::kF32, {total}, {1}, 1, [&] { return normal(random); });
  Buffer offset_buffer(offsets.size() * sizeof(int32_t));
  memcpy(offset_buffer.host().data(), offsets.data(), offset_buffer.host().size());
  offset_buffer.upload();
  std::vector<float> expected(total, 0.0f);
  for (int64_t b = 0; b < batch; ++b) {
    const int64_t first = is_ragged ? offsets[b] : b * tokens;
    const int64_t count = is_ragged ? std::min<int64_t>(most, offsets[b + 1] - first) : tokens;
    float low = kInfinite, high = -kInfinite;
    for (int64_t i = first; i < first + count; ++i) {
      low = std::min(low, static_cast<float>(in.at({i})));
      high = std::max(high, static_cast<float>(in.at({i})));
    }
    for (int64_t i = first; i < first + count; ++i) {
      const float r = static_cast<float>(in.at({i}));
      expected[i] = low == high ? 1.0f : (r - low + 1e-6f) / (high - low);
    }
  }
  repeat([&] {
    Output<float> scaled(total);
    MinMaxRelevanceArgs args = {};
    args.batch = batch;
    args.tokens = is_ragged ? most : tokens;
    args.ragged = {nullptr, 0, 0};
    if (is_ragged) args.ragged = {offset_buffer.device<int32_t>(), total, most};
    args.relevance = static_cast<const float*>(in.device());
    args.relevance_stride_batch = tokens;
    args.scaled = scaled.device();
    CHECK(backend::min_max_relevance(args, nullptr) == 0);
    CHECK(same_bits(scaled.values(), expected));
  });
}

int main() {
  std::vector<Case> cases;
  for (const bool is_ranked : {false, true}) {
    for (const bool is_ragged : {false, true}) {
      for (const auto& [n, m] : {std::pair{1, 1}, {2, 1}, {31, 0}, {33, 33}, {64, 20}, {100, 7}}) {
        cases.push_back({3, n, m, m % 2 == 0, true, is_ranked, is_ragged});
      }
    }
  }
  cases.push_back({0, 10, 3, false, false, false, false});
  cases.push_back({2, 9, 15, false, true, true, true});
  // Every kernel: more threads, more tokens per thread.
  cases.push_back({1, 256, 18, true, false, false, false});
  cases.push_back({1, 300, 16, true, true, false, false});
  cases.push_back({1, 1100, 5, false, true, false, false});
  // Too many picks for rows on chip, with either number of threads.
  cases.push_back({2, 250, 106, false, true, true, true});
  cases.push_back({1, 320, 85, true, true, false, false});
  for (const Case& c : cases) run(c);
#if !defined(TKZ_EMULATION)
  run({2, 4100, 40, false, true, false, false});
  run({1, 2880, 282, true, false, true, false});
#endif
  ties();
  relevance(false);
  relevance(true);
  return summary("greedy", static_cast<int>(cases.size()) + 3);
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
