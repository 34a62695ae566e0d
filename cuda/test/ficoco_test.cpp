// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The two kernels of FiCoCo-V's layer whose threads work together: who is removed, and who receives
// what. The whole layer is tested through the C ABI.
#include <numeric>

#include "common/quantile_rule.h"
#include "select/window_rule.h"
#include "support.h"

namespace tkz::test {
namespace {

std::vector<float> floats(Input& input, int64_t row, int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(input.at({row, i})));
  return values;
}

double length_of(const std::vector<float>& values) {
  double square = 0;
  for (const float v : values) square += static_cast<double>(v) * v;
  return square == 0 ? 1 : std::sqrt(square);
}

/// Redundancy behind the penalty of 2 x 2 windows.
std::vector<double> scores_of(const FicocoRankArgs& args, const std::vector<float>& seen,
                              const std::vector<float>& special, const int32_t* cells) {
  std::vector<double> before, after;
  const double by_seen = args.unit ? length_of(seen) : 1;
  const double by_special = args.unit ? length_of(special) : 1;
  for (size_t i = 0; i < seen.size(); ++i) {
    before.push_back(args.seen_share * seen[i] / by_seen -
                     args.special_share * special[i] / by_special);
  }
  after = before;
  for (int32_t window = 0; window < window_count(args.grid); ++window) {
    int64_t winner = -1;
    for (size_t i = 0; i < seen.size(); ++i) {
      if (window_of(args.grid, cells[i]) != window) continue;
      if (winner < 0 || before[i] > before[winner]) winner = static_cast<int64_t>(i);
    }
    if (winner >= 0) after[winner] = before[winner] > 0 ? 2 * before[winner] : before[winner] / 2;
  }
  return after;
}

void rank(int64_t patches, int64_t removals, bool unit) {
  current_case = "rank " + std::to_string(patches) + (unit ? " unit" : "");
  constexpr int64_t kBatch = 2;
  constexpr int32_t kColumns = 40;
  std::mt19937 random(static_cast<unsigned>(patches));
  std::normal_distribution<float> normal;
  const auto next = [&] { return normal(random); };
  Input seen(DType::kF32, {kBatch, patches}, {patches + 3, 1}, 1, next);
  Input special(DType::kF32, {kBatch, patches}, {patches, 1}, 0, next);
  Buffer cells(kBatch * patches * sizeof(int32_t));
  auto* const cell = reinterpret_cast<int32_t*>(cells.host().data());
  for (int64_t i = 0; i < kBatch * patches; ++i) {
    cell[i] = static_cast<int32_t>(i % patches + i % patches / 5);
  }
  cells.upload();
  const int64_t kept = patches - removals;
  std::vector<unsigned char> first;
  repeat([&] {
    Output<float> scores(kBatch * patches);
    Output<int32_t> removed(kBatch * removals), rows(kBatch * removals), left(kBatch * kept);
    Output<int32_t> columns(kBatch * kept), left_cells(kBatch * kept), flags(kBatch);
    FicocoRankArgs args = {};
    args.batch = kBatch;
    args.counts = {1, patches, removals};
    args.grid = {static_cast<int32_t>(patches * 6 / 5 / kColumns + 1), kColumns, 2, 2};
    args.coefficient = 2.0f;
    args.seen_share = 0.65f;
    args.special_share = 0.35f;
    args.unit = unit;
    args.seen = static_cast<const float*>(seen.device());
    args.seen_stride_batch = seen.stride(0);
    args.special = static_cast<const float*>(special.device());
    args.special_stride_batch = special.stride(0);
    args.cells = cells.device<int32_t>();
    args.cells_stride_batch = patches;
    args.scores = scores.device();
    args.removed = removed.device();
    args.kept = left.device();
    args.kept_cells = left_cells.device();
    args.rows = rows.device();
    args.columns = columns.device();
    args.non_finite = flags.device();
    CHECK(backend::ficoco_rank(args, nullptr) == 0);

    const std::vector<float> got = scores.values();
    CHECK(flags.values() == std::vector<int32_t>(kBatch, 0));
    for (int64_t b = 0; b < kBatch; ++b) {
      const std::vector<double> expected = scores_of(
          args, floats(seen, b, patches), floats(special, b, patches), cell + b * patches);
      std::vector<int32_t> order(patches);
      std::iota(order.begin(), order.end(), 0);
      const float* const own = got.data() + b * patches;
      std::stable_sort(order.begin(), order.end(),
                       [&](int32_t x, int32_t y) { return own[x] > own[y]; });
      std::sort(order.begin(), order.begin() + removals);
      std::sort(order.begin() + removals, order.end());
      for (int64_t i = 0; i < patches; ++i) {
        CHECK(is_near(own[i], expected[i], 1e-6 + 1e-5 * std::fabs(expected[i])));
      }
      for (int64_t i = 0; i < removals; ++i) {
        CHECK(removed.values()[b * removals + i] == order[i]);
        CHECK(rows.values()[b * removals + i] == order[i] + 1);
      }
      for (int64_t i = 0; i < kept; ++i) {
        CHECK(left.values()[b * kept + i] == order[removals + i]);
        CHECK(columns.values()[b * kept + i] == order[removals + i] + 1);
        CHECK(left_cells.values()[b * kept + i] == cell[b * patches + order[removals + i]]);
      }
    }
    std::vector<unsigned char> bits(got.size() * sizeof(float));
    memcpy(bits.data(), got.data(), bits.size());
    if (first.empty()) first = bits;
    CHECK(same_bits(bits, first));
  });
}

void shares(int64_t kept, double epsilon, bool softmax) {
  current_case = "shares " + std::to_string(kept) + (softmax ? " softmax" : "");
  constexpr int64_t kRows = 3;
  const int64_t wanted = quantile_count(epsilon, kept);
  const int64_t capacity = wanted + 2;
  std::mt19937 random(static_cast<unsigned>(kept));
  std::normal_distribution<float> normal;
  Input z(DType::kF32, {kRows, kept}, {kept, 1}, 0, [&] { return std::fabs(normal(random)); });
  std::vector<float> first;
  repeat([&] {
    Output<int32_t> targets(kRows * capacity), count(kRows);
    Output<float> weights(kRows * capacity);
    Output<FicocoShare> share(kRows);
    const FicocoSharesArgs args = {1,
                                   {0, kRows + kept, kRows},
                                   {},
                                   capacity,
                                   wanted,
                                   epsilon,
                                   softmax,
                                   static_cast<const float*>(z.device()),
                                   kept,
                                   targets.device(),
                                   weights.device(),
                                   count.device(),
                                   share.device()};
    CHECK(backend::ficoco_shares(args, nullptr) == 0);
    const std::vector<float> got = weights.values();
    for (int64_t r = 0; r < kRows; ++r) {
      const std::vector<float> row = floats(z, r, kept);
      std::vector<float> sorted = row;
      std::sort(sorted.begin(), sorted.end());
      double sum = 0;
      for (int64_t i = kept - wanted; i < kept; ++i) {
        sum += softmax ? std::exp(static_cast<double>(sorted[i]) - sorted.back()) : sorted[i];
      }
      int64_t place = r * capacity;
      for (int64_t i = 0; i < kept; ++i) {
        if (row[i] < sorted[kept - wanted]) continue;
        const double part =
            softmax ? std::exp(static_cast<double>(row[i]) - sorted.back()) : row[i];
        CHECK(targets.values()[place] == i);
        CHECK(is_near(got[place++], part / sum, 1e-5));
      }
      CHECK(count.values()[r] == wanted);
      for (; place < (r + 1) * capacity; ++place) {
        CHECK(targets.values()[place] == -1);
        CHECK(got[place] == 0.0f);
      }
      CHECK(share.values()[r].bad == 0);
    }
    if (first.empty()) first = got;
    CHECK(same_bits(got, first));
  });
}

int tests() {
  int cases = 0;
  for (const bool flag : {false, true}) {
    for (const auto& [patches, removals] :
         std::vector<std::pair<int64_t, int64_t>>{{1, 0}, {33, 9}, {576, 42}, {1300, 200}}) {
      rank(patches, removals, flag);
      ++cases;
    }
    for (const auto& [kept, epsilon] :
         std::vector<std::pair<int64_t, double>>{{1, 0.998}, {70, 0.9}, {534, 0.5}, {1300, 0.99}}) {
      shares(kept, epsilon, flag);
      ++cases;
    }
  }
  return summary("ficoco_test", cases);
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::tests); }
