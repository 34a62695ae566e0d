// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The cosine kernels against loops in fp64, under several schedules.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t batch, tokens, dim;
  bool aligned, centred;
};

class Problem {
 public:
  explicit Problem(const Case& c)
      : case_(c),
        random_(static_cast<unsigned>(c.tokens * 31 + c.dim)),
        input_(c.dtype, {c.batch, c.tokens, c.dim}, strides(c), c.aligned ? 0 : 1,
               [&] { return normal_(random_); }) {
    // Row 2 is zero, row 3 is row 1 again.
    for (int64_t b = 0; b < c.batch && c.tokens > 3; ++b) {
      for (int64_t k = 0; k < c.dim; ++k) {
        input_.set({b, 2, k}, 0.0f);
        input_.set({b, 3, k}, static_cast<float>(input_.at({b, 1, k})));
      }
    }
    input_.upload();
    cosine_.resize(c.batch * c.tokens * c.tokens);
    for (int64_t b = 0; b < c.batch; ++b) reference(b);
  }

  CosineRows rows(RowNorm* norm, float* mean) {
    CosineRows rows = {};
    rows.data = input_.device();
    rows.stride_batch = input_.stride(0);
    rows.stride_token = input_.stride(1);
    rows.tokens = case_.tokens;
    rows.norm = norm;
    rows.mean = mean;
    return rows;
  }

  double cosine(int64_t b, int64_t i, int64_t j) const {
    return cosine_[(b * case_.tokens + i) * case_.tokens + j];
  }

 private:
  static std::vector<int64_t> strides(const Case& c) {
    const int64_t row = c.dim + (c.aligned ? 8 : 3);
    return {c.tokens * row, row, 1};
  }

  void reference(int64_t b) {
    const int64_t n = case_.tokens;
    std::vector<std::vector<double>> row(n, std::vector<double>(case_.dim));
    for (int64_t k = 0; k < case_.dim; ++k) {
      double mean = 0;
      for (int64_t i = 0; i < n; ++i) mean += (row[i][k] = input_.at({b, i, k})) / n;
      for (int64_t i = 0; i < n && case_.centred; ++i) row[i][k] -= mean;
    }
    const auto dot = [&](int64_t i, int64_t j) {
      double sum = 0;
      for (int64_t k = 0; k < case_.dim; ++k) sum += row[i][k] * row[j][k];
      return sum;
    };
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        const double lengths = std::sqrt(dot(i, i)) * std::sqrt(dot(j, j));
        cosine_[(b * n + i) * n + j] = lengths > 0 ? dot(i, j) / lengths : 0.0;
      }
    }
  }

  Case case_;
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
  Input input_;
  std::vector<double> cosine_;
};

constexpr double kTolerance = 4e-6;
constexpr int64_t kWanted = 3;

void run(const Case& c) {
  current_case = std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch) + " n" +
                 std::to_string(c.tokens) + " d" + std::to_string(c.dim) +
                 (c.aligned ? "" : " unaligned") + (c.centred ? " centred" : "");
  Problem problem(c);
  const int64_t n = c.tokens, rows = c.batch * n;
  std::vector<float> first_matrix, first_mean, first_best, first_similarity;
  std::vector<int32_t> first_index, first_near;
  repeat([&] {
    Output<RowNorm> norm(rows);
    Output<float> mean(c.batch * c.dim), matrix(rows * n), mean_cosine(rows), best(rows);
    Output<float> similarity(rows * kWanted);
    Output<int32_t> index(rows), near(rows * kWanted), flags(4 * c.batch);
    const CosineRows side = problem.rows(norm.device(), c.centred ? mean.device() : nullptr);
    int32_t* const flag = flags.device();
    const CosineMatrixArgs matrix_args = {c.dtype, c.batch, c.dim, side, matrix.device(), flag};
    CHECK(backend::cosine_matrix(matrix_args, nullptr) == 0);
    const CosineAssignArgs assign_args = {
        c.dtype, c.batch, c.dim, side, side, true, index.device(), best.device(), flag + c.batch};
    CHECK(backend::cosine_assign(assign_args, nullptr) == 0);
    const TopNeighboursArgs top_args = {c.dtype,
                                        c.batch,
                                        c.dim,
                                        kWanted,
                                        side,
                                        side,
                                        true,
                                        true,
                                        near.device(),
                                        similarity.device(),
                                        flag + 2 * c.batch};
    CHECK(backend::top_neighbours(top_args, nullptr) == 0);
    const MeanCosineArgs mean_args = {c.dtype,
                                      c.batch,
                                      c.dim,
                                      problem.rows(norm.device(), mean.device()),
                                      mean_cosine.device(),
                                      flag + 3 * c.batch};
    CHECK(backend::mean_cosine(mean_args, nullptr) == 0);
    const auto got = matrix.values(), got_best = best.values(), got_mean = mean_cosine.values();
    const auto got_similarity = similarity.values();
    const auto got_index = index.values(), got_near = near.values();
    for (const int32_t value : flags.values()) CHECK(value == 0);
    if (!first_matrix.empty()) {
      CHECK(same_bits(got, first_matrix) && same_bits(got_best, first_best));
      CHECK(same_bits(got_mean, first_mean) && same_bits(got_similarity, first_similarity));
      CHECK(same_bits(got_index, first_index) && same_bits(got_near, first_near));
      return;
    }
    first_matrix = got;
    first_mean = got_mean;
    first_best = got_best;
    first_similarity = got_similarity;
    first_index = got_index;
    first_near = got_near;
    for (int64_t b = 0; b < c.batch; ++b) {
      for (int64_t i = 0; i < n; ++i) {
        const float* row = got.data() + (b * n + i) * n;
        double sum = 0;
        for (int64_t j = 0; j < n; ++j) {
          CHECK(is_near(row[j], problem.cosine(b, i, j), kTolerance));
          CHECK(row[j] == got[(b * n + j) * n + i]);
          sum += problem.cosine(b, i, j);
        }
        if (!c.centred) CHECK(is_near(got_mean[b * n + i], sum / n, kTolerance));
        // Within a row all three operators do the same arithmetic, so ties show too.
        const int64_t nearest = std::max_element(row, row + n) - row;
        CHECK(is_near(got_best[b * n + i], row[nearest], kTolerance));
        CHECK(got_index[b * n + i] != 3 || n <= 3);  // row 1 is the same and comes first
        std::vector<int64_t> order;
        for (int64_t j = 0; j < n; ++j) {
          if (j != i) order.push_back(j);
        }
        std::stable_sort(order.begin(), order.end(),
                         [&](int64_t x, int64_t y) { return row[x] > row[y]; });
        for (int64_t r = 0; r < kWanted; ++r) {
          const int64_t at = (b * n + i) * kWanted + r;
          const bool there = r < static_cast<int64_t>(order.size());
          CHECK(there || (got_near[at] == -1 && got_similarity[at] == 0.0f));
          if (there) CHECK(is_near(got_similarity[at], row[order[r]], kTolerance));
        }
      }
    }
  });
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const bool centred : {false, true}) {
      cases.push_back({dtype, 1, 1, 1, false, centred});
      cases.push_back({dtype, 2, 9, 24, true, centred});
      cases.push_back({dtype, 1, 67, 72, true, centred});
      cases.push_back({dtype, 1, 65, 33, false, centred});
    }
    cases.push_back({dtype, 1, 130, 16, true, false});
    cases.push_back({dtype, 1, 20, 1040, true, false});
    cases.push_back({dtype, 0, 20, 64, true, false});
  }
  for (const Case& c : cases) run(c);
  return summary("cosine", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
