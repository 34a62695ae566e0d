// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The selection kernels under several schedules, against plain sorts and loops.
#include "common/quantile_rule.h"
#include "support.h"

namespace tkz::test {
namespace {

int cases = 0;

void begin(const std::string& name) {
  current_case = name;
  ++cases;
}

enum class Kind { kNormal, kEqual, kFewValues, kSignedZeros, kNonFinite };

const char* name_of(Kind kind) {
  static const char* const names[] = {"normal", "equal", "few values", "signed zeros",
                                      "non-finite"};
  return names[static_cast<int>(kind)];
}

std::function<float()> scores_of(Kind kind, std::mt19937& random) {
  return [kind, &random]() -> float {
    const auto draw = random();
    switch (kind) {
      case Kind::kEqual:
        return 0.25f;
      case Kind::kFewValues:
        return static_cast<float>(draw % 3) - 1.0f;
      case Kind::kSignedZeros:
        return draw % 2 == 0 ? 0.0f : -0.0f;
      default:
        return std::ldexp(static_cast<float>(draw % 4001) - 2000.0f, static_cast<int>(draw % 19));
    }
  };
}

/// int32 values that a kernel reads.
class Ints {
 public:
  explicit Ints(const std::vector<int32_t>& values) : buffer_(values.size() * 4) {
    if (!values.empty()) memcpy(buffer_.host().data(), values.data(), values.size() * 4);
    buffer_.upload();
  }
  const int32_t* device() { return buffer_.device<int32_t>(); }

 private:
  Buffer buffer_;
};

/// Pictures of a batch: all of `tokens`, or ragged with these offsets.
struct Batch {
  int64_t pictures, tokens;
  std::vector<int32_t> offsets;

  int64_t total() const { return offsets.empty() ? 0 : offsets.back(); }
  int64_t count(int64_t b) const {
    return offsets.empty() ? tokens : std::min<int64_t>(tokens, offsets[b + 1] - offsets[b]);
  }
  Input scores(const std::function<float()>& next) const {
    if (offsets.empty()) {
      return Input(DType::kF32, {pictures, tokens}, {tokens + 3, 1}, 1, next);
    }
    return Input(DType::kF32, {1, total()}, {total(), 1}, 1, next);
  }
  double at(Input& scores, int64_t b, int64_t i) const {
    return offsets.empty() ? scores.at({b, i}) : scores.at({0, offsets[b] + i});
  }
  Ragged ragged(Ints& on_device) const {
    if (offsets.empty()) return {};
    return {on_device.device(), total(), tokens};
  }
};

/// Indices by (score descending, index ascending).
std::vector<int32_t> ranking(const Batch& batch, Input& scores, int64_t b) {
  std::vector<int32_t> order(batch.count(b));
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int32_t>(i);
  std::stable_sort(order.begin(), order.end(), [&](int32_t x, int32_t y) {
    return batch.at(scores, b, x) > batch.at(scores, b, y);
  });
  return order;
}

void poison(const Batch& batch, Input& scores) {
  if (batch.pictures == 0 || batch.count(batch.pictures - 1) == 0) return;
  const int64_t last = batch.count(batch.pictures - 1) - 1;
  const bool uniform = batch.offsets.empty();
  scores.set(
      {uniform ? batch.pictures - 1 : 0, uniform ? last : batch.offsets[batch.pictures - 1] + last},
      -INFINITY);
  scores.upload();
}

void top_k(const Batch& batch, int64_t k, bool ranked, Kind kind) {
  begin("top_k N" + std::to_string(batch.tokens) + " k" + std::to_string(k) +
        (ranked ? " ranked " : " ") + name_of(kind));
  std::mt19937 random(static_cast<unsigned>(batch.tokens + k));
  Input scores = batch.scores(scores_of(kind, random));
  if (kind == Kind::kNonFinite) poison(batch, scores);
  Ints offsets(batch.offsets);
  repeat([&] {
    Output<int32_t> indices(batch.pictures * k), flags(batch.pictures);
    Output<float> values(batch.pictures * k);
    const TopKArgs args = {
        batch.pictures,   batch.tokens,          k,
        ranked,           batch.ragged(offsets), static_cast<const float*>(scores.device()),
        scores.stride(0), indices.device(),      values.device(),
        flags.device()};
    CHECK(backend::top_k(args, nullptr) == 0);
    const auto got = indices.values();
    const auto got_values = values.values();
    const auto got_flags = flags.values();
    for (int64_t b = 0; b < batch.pictures; ++b) {
      auto order = ranking(batch, scores, b);
      order.resize(std::min<size_t>(order.size(), k));
      if (!ranked) std::sort(order.begin(), order.end());
      const size_t kept = order.size();
      order.resize(k, -1);
      CHECK(std::equal(order.begin(), order.end(), got.begin() + b * k));
      for (int64_t i = 0; i < k; ++i) {
        const double expected =
            i < static_cast<int64_t>(kept) ? batch.at(scores, b, order[i]) : 0.0;
        CHECK(got_values[b * k + i] == expected);
      }
      const bool bad = kind == Kind::kNonFinite && b == batch.pictures - 1 && batch.count(b) > 0;
      CHECK(got_flags[b] == (bad ? 1 : 0));
    }
  });
}

void threshold_select(const Batch& batch, int64_t capacity, Kind kind) {
  begin("threshold_select N" + std::to_string(batch.tokens) + " " + name_of(kind));
  std::mt19937 random(static_cast<unsigned>(batch.tokens));
  Input scores = batch.scores(scores_of(kind, random));
  if (kind == Kind::kNonFinite) poison(batch, scores);
  Input threshold(DType::kF32, {batch.pictures}, {1}, 1, [&] {
    return kind == Kind::kNormal ? static_cast<float>(random() % 100) - 50.0f : 0.0f;
  });
  Ints offsets(batch.offsets);
  repeat([&] {
    Output<int32_t> indices(batch.pictures * capacity), count(batch.pictures),
        flags(batch.pictures);
    const ThresholdSelectArgs args = {batch.pictures,
                                      batch.tokens,
                                      capacity,
                                      batch.ragged(offsets),
                                      static_cast<const float*>(scores.device()),
                                      scores.stride(0),
                                      static_cast<const float*>(threshold.device()),
                                      indices.device(),
                                      count.device(),
                                      flags.device()};
    CHECK(backend::threshold_select(args, nullptr) == 0);
    const auto got = indices.values();
    const auto got_count = count.values();
    const auto got_flags = flags.values();
    for (int64_t b = 0; b < batch.pictures; ++b) {
      std::vector<int32_t> expected;
      for (int64_t i = 0; i < batch.count(b); ++i) {
        if (batch.at(scores, b, i) >= threshold.at({b})) {
          expected.push_back(static_cast<int32_t>(i));
        }
      }
      CHECK(got_count[b] == static_cast<int32_t>(expected.size()));
      expected.resize(capacity, -1);
      CHECK(std::equal(expected.begin(), expected.end(), got.begin() + b * capacity));
      CHECK(got_flags[b] == (kind == Kind::kNonFinite && b == batch.pictures - 1));
    }
  });
}

void stride_targets(const Batch& batch, int64_t targets) {
  begin("stride_targets m" + std::to_string(batch.tokens));
  Ints offsets(batch.offsets);
  repeat([&] {
    Output<int32_t> indices(batch.pictures * targets);
    const StrideTargetsArgs args = {batch.pictures,        batch.tokens, targets,
                                    batch.ragged(offsets), nullptr,      indices.device()};
    CHECK(backend::stride_targets(args, nullptr) == 0);
    const auto got = indices.values();
    for (int64_t b = 0; b < batch.pictures; ++b) {
      const int64_t m = batch.count(b), c = std::min(targets, m);
      const int64_t step = c > 0 ? std::max<int64_t>(1, m / c) : 1;
      for (int64_t i = 0; i < targets; ++i) {
        CHECK(got[b * targets + i] == (i < c ? i * step : -1));
      }
    }
  });
}

void quantile_select(int64_t rows, int64_t n, double epsilon, int64_t capacity, Kind kind,
                     const std::vector<int32_t>& entries) {
  begin("quantile_select n" + std::to_string(n) + " epsilon " + std::to_string(epsilon) + " " +
        name_of(kind));
  const auto pictures = static_cast<int64_t>(entries.size());
  std::mt19937 random(static_cast<unsigned>(n));
  Input values(DType::kF32, {pictures, rows, n}, {rows * (n + 1) + 2, n + 1, 1}, 1,
               scores_of(kind, random));
  if (kind == Kind::kNonFinite) {
    values.set({1, rows - 1, 0}, NAN);
    values.upload();
  }
  Ints counts(entries);
  repeat([&] {
    Output<int32_t> indices(pictures * rows * capacity), count(pictures * rows), flags(pictures);
    const QuantileSelectArgs args = {pictures,
                                     rows,
                                     n,
                                     capacity,
                                     epsilon,
                                     {},
                                     counts.device(),
                                     static_cast<const float*>(values.device()),
                                     values.stride(0),
                                     values.stride(1),
                                     indices.device(),
                                     count.device(),
                                     flags.device()};
    CHECK(backend::quantile_select(args, nullptr) == 0);
    const auto got = indices.values();
    const auto got_count = count.values();
    const auto got_flags = flags.values();
    for (int64_t b = 0; b < pictures; ++b) {
      CHECK(got_flags[b] == (kind == Kind::kNonFinite && b == 1));
      const int64_t m = std::clamp<int64_t>(entries[b], 0, n);
      for (int64_t r = 0; r < rows; ++r) {
        if (kind == Kind::kNonFinite && b == 1 && r == rows - 1) continue;
        std::vector<double> row;
        for (int64_t i = 0; i < m; ++i) row.push_back(values.at({b, r, i}));
        std::vector<int32_t> expected;
        if (m > 0) {
          auto sorted = row;
          std::sort(sorted.begin(), sorted.end());
          const double place = std::ceil(epsilon * static_cast<double>(m - 1) - 1e-9);
          const double tau = sorted[std::clamp<int64_t>(static_cast<int64_t>(place), 0, m - 1)];
          for (int64_t i = 0; i < m; ++i) {
            if (row[i] >= tau) expected.push_back(static_cast<int32_t>(i));
          }
        }
        CHECK(got_count[b * rows + r] == static_cast<int32_t>(expected.size()));
        expected.resize(capacity, -1);
        CHECK(
            std::equal(expected.begin(), expected.end(), got.begin() + (b * rows + r) * capacity));
      }
    }
  });
}

void local_penalty(const Batch& batch, const WindowGrid& grid, Kind kind) {
  begin("local_penalty N" + std::to_string(batch.tokens) + " grid " + std::to_string(grid.grid_h) +
        "x" + std::to_string(grid.grid_w) + " " + name_of(kind));
  std::mt19937 random(static_cast<unsigned>(batch.tokens));
  Input scores = batch.scores(scores_of(kind, random));
  const int64_t places = batch.offsets.empty() ? batch.pictures * batch.tokens : batch.total();
  std::vector<int32_t> cell(places);
  // Some cells twice, some not of the grid.
  for (int32_t& c : cell) {
    c = static_cast<int32_t>(random() % (grid.grid_h * grid.grid_w + 4)) - 2;
  }
  if (places > 3) cell[1] = INT32_MIN, cell[2] = INT32_MAX;
  Ints position(cell), offsets(batch.offsets);
  repeat([&] {
    Output<float> out(places);
    Output<int32_t> flags(batch.pictures);
    const LocalPenaltyArgs args = {batch.pictures,
                                   batch.tokens,
                                   grid,
                                   1.7f,
                                   batch.ragged(offsets),
                                   static_cast<const float*>(scores.device()),
                                   scores.stride(0),
                                   position.device(),
                                   batch.tokens,
                                   out.device(),
                                   flags.device()};
    CHECK(backend::local_penalty(args, nullptr) == 0);
    const auto got = out.values();
    const auto got_flags = flags.values();
    for (int64_t b = 0; b < batch.pictures; ++b) {
      CHECK(got_flags[b] == 0);
      const int64_t start = batch.offsets.empty() ? b * batch.tokens : batch.offsets[b];
      const auto window = [&](int64_t i) -> int64_t {
        const int32_t c = cell[start + i];
        if (c < 0 || c >= grid.grid_h * grid.grid_w) return -1;
        const int64_t y = c / grid.grid_w / grid.window_h, x = c % grid.grid_w / grid.window_w;
        if ((y + 1) * grid.window_h > grid.grid_h || (x + 1) * grid.window_w > grid.grid_w) {
          return -1;
        }
        return y * grid.grid_w + x;
      };
      for (int64_t i = 0; i < batch.count(b); ++i) {
        const auto score = static_cast<float>(batch.at(scores, b, i));
        bool is_winner = window(i) >= 0;
        for (int64_t j = 0; j < batch.count(b) && is_winner; ++j) {
          if (j == i || window(j) != window(i)) continue;
          const double other = batch.at(scores, b, j);
          const int32_t mine = cell[start + i], theirs = cell[start + j];
          is_winner =
              score > other || (score == other && (mine < theirs || (mine == theirs && i < j)));
        }
        const float expected = !is_winner ? score : score > 0 ? score * 1.7f : score / 1.7f;
        CHECK(got[start + i] == expected);
      }
    }
  });
}

int main() {
  constexpr Kind kinds[] = {Kind::kNormal, Kind::kEqual, Kind::kFewValues, Kind::kSignedZeros,
                            Kind::kNonFinite};
  const Batch ragged = {5, 40, {0, 13, 13, 53, 54, 104}};  // the last has more than max_tokens
  for (const Kind kind : kinds) {
    for (const bool ranked : {false, true}) {
      top_k({2, 70, {}}, 17, ranked, kind);
      top_k(ragged, 20, ranked, kind);
    }
    threshold_select({2, 70, {}}, 70, kind);
    threshold_select(ragged, 7, kind);
    quantile_select(2, 60, 0.9, 5, kind, {60, 33, 0, -4});
  }
  for (const int64_t n : {0, 1, 31, 257}) {
    for (const int64_t k : {int64_t{0}, int64_t{1}, n}) {
      if (k > n) continue;
      top_k({1, n, {}}, k, n % 2 == 1, Kind::kFewValues);
    }
    stride_targets({3, n, {}}, 9);
    threshold_select({1, n, {}}, 3, Kind::kNormal);
    local_penalty({1, n, {}}, {5, 7, 2, 3}, Kind::kNormal);
  }
  top_k({1, 1500, {}}, 300, true, Kind::kFewValues);
  top_k({1, 27500, {}}, 5000, false, Kind::kNormal);
  threshold_select({1, 1200, {}}, 1200, Kind::kSignedZeros);
  quantile_select(1, 1100, 0.998, 4, Kind::kNormal, {1100, 1024});
  for (const double epsilon : {0.0, 0.5, 0.998, 1.0}) {
    quantile_select(3, 41, epsilon, 41, Kind::kNormal, {41, 1, 2});
  }
  stride_targets(ragged, 6);
  local_penalty(ragged, {6, 6, 2, 2}, Kind::kFewValues);
  local_penalty({2, 90, {}}, {9, 9, 2, 2}, Kind::kSignedZeros);
  local_penalty({2, 300, {}}, {70, 70, 2, 2}, Kind::kFewValues);  // 1225 windows
  local_penalty({1, 20, {}}, {4, 4, 5, 1}, Kind::kNormal);        // no complete window
  return summary("selection", cases);
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
