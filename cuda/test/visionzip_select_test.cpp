// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The selection against plain loops: scores in fp64, then every list exactly, from the scores and
// assignments the kernel reports.
#include <algorithm>

#include "common/selection_rule.h"
#include "support.h"

namespace tkz::test {
namespace {

enum class Scores { kLogits, kRandom, kEqual, kFewValues, kSignedZeros };
enum class Keys { kRandom, kRepeated, kSomeZero, kAllZero, kHuge, kTiny };

struct Case {
  int64_t batch, heads, tokens, dim, dominant, contextual;
  bool has_cls;
  Scores scores;
  Keys keys;
  bool unaligned = false;
};

struct Lists {
  std::vector<int32_t> dominant, target, merged, assign, offset, member, non_finite;
  std::vector<float> scores;
};

/// One selection: its inputs, and launches of it.
class Selection {
 public:
  explicit Selection(const Case& c)
      : c_(c),
        patches_(std::max<int64_t>(0, c.tokens - c.has_cls)),
        counts_(visionzip_counts(c.dominant, c.contextual, c.tokens)),
        random_(static_cast<unsigned>(c.tokens * 13 + c.dim * 7 + c.contextual)),
        score_(DType::kF32, score_shape(), contiguous(score_shape()), c.unaligned ? 1 : 0,
               [this] { return next_score(); }),
        keys_(DType::kF32, {c.batch, c.tokens, c.dim}, contiguous({c.batch, c.tokens, c.dim}),
              c.unaligned ? 1 : 0, [this] { return normal_(random_); }) {
    current_case = "B" + std::to_string(c.batch) + " H" + std::to_string(c.heads) + " S" +
                   std::to_string(c.tokens) + " d" + std::to_string(c.dim) + " " +
                   std::to_string(c.dominant) + "+" + std::to_string(c.contextual) + " scores " +
                   std::to_string(static_cast<int>(c.scores)) + " keys " +
                   std::to_string(static_cast<int>(c.keys));
    shape_keys();
  }

  /// `pictures`: null, or where each begins, when the batch is to be taken for a ragged one.
  Lists launch(bool has_offset = true, const int32_t* pictures = nullptr) {
    const auto& n = counts_;
    Output<int32_t> dominant(c_.batch * n.dominant), target(c_.batch * n.target),
        merged(c_.batch * n.merged), assign(c_.batch * n.merged), offset(c_.batch * (n.target + 1)),
        member(c_.batch * n.merged), non_finite(c_.batch);
    Output<float> scores(c_.batch * patches_);
    VisionZipSelectArgs args = {};
    args.batch = c_.batch;
    args.heads = c_.heads;
    args.tokens = c_.tokens;
    args.dim = c_.dim;
    args.has_cls = c_.has_cls;
    args.counts = n;
    args.ragged = {pictures, c_.batch * c_.tokens, c_.tokens};
    args.budget = {c_.dominant, c_.contextual};
    const auto* given = static_cast<const float*>(score_.device());
    (c_.scores == Scores::kLogits ? args.logits : args.scores_in) = given;
    args.logits_stride_head = c_.tokens;
    args.scores_in_stride_batch = patches_;
    args.key_mean = static_cast<const float*>(keys_.device());
    args.lists = {dominant.device(),
                  target.device(),
                  merged.device(),
                  assign.device(),
                  has_offset ? offset.device() : nullptr,
                  member.device(),
                  scores.device(),
                  non_finite.device()};
    CHECK(backend::visionzip_select(args, nullptr) == 0);
    return {dominant.values(), target.values(), merged.values(),     assign.values(),
            offset.values(),   member.values(), non_finite.values(), scores.values()};
  }

  void check_lists(const Lists& lists) {
    for (int64_t b = 0; b < c_.batch; ++b) {
      CHECK(lists.non_finite[b] == 0);
      check_scores(lists, b);
      check_choice(lists, b);
      check_members(lists, b);
    }
  }

  bool is_in_range(const Lists& lists) const {
    const auto below = [](const std::vector<int32_t>& list, int64_t bound) {
      return std::all_of(list.begin(), list.end(), [&](int32_t i) { return i >= 0 && i < bound; });
    };
    return below(lists.dominant, c_.tokens) && below(lists.target, c_.tokens) &&
           below(lists.merged, c_.tokens) && below(lists.assign, counts_.target) &&
           below(lists.offset, counts_.merged + 1) && below(lists.member, c_.tokens);
  }

  Input& scores() { return score_; }
  Input& keys() { return keys_; }

 private:
  std::vector<int64_t> score_shape() const {
    if (c_.scores == Scores::kLogits) return {c_.batch, c_.heads, c_.tokens};
    return {c_.batch, patches_};
  }

  float next_score() {
    switch (c_.scores) {
      case Scores::kEqual:
        return 0.25f;
      case Scores::kFewValues:
        return static_cast<float>(random_() % 3) - 1.0f;
      case Scores::kSignedZeros:
        return random_() % 2 == 0 ? 0.0f : -0.0f;
      default:
        return 3.0f * normal_(random_);
    }
  }

  void shape_keys() {
    const float factor = c_.keys == Keys::kHuge ? 1e30f : c_.keys == Keys::kTiny ? 1e-30f : 1.0f;
    for (int64_t b = 0; b < c_.batch; ++b) {
      for (int64_t t = 0; t < c_.tokens; ++t) {
        const bool zero =
            c_.keys == Keys::kAllZero || (c_.keys == Keys::kSomeZero && random_() % 3 == 0);
        for (int64_t e = 0; e < c_.dim; ++e) {
          if (zero) keys_.set({b, t, e}, 0.0f);
          keys_.set({b, t, e}, factor * static_cast<float>(keys_.at({b, t, e})));
          // Five different rows: most targets have an equal.
          if (c_.keys == Keys::kRepeated) {
            keys_.set({b, t, e}, static_cast<float>((t * t % 5 + 1) * (e + 1) % 7) - 3.0f);
          }
        }
      }
    }
    keys_.upload();
  }

  void check_scores(const Lists& lists, int64_t b) {
    for (int64_t p = 0; p < patches_ && c_.scores != Scores::kLogits; ++p) {
      CHECK(lists.scores[b * patches_ + p] == static_cast<float>(score_.at({b, p})));
    }
    if (c_.scores != Scores::kLogits) return;
    std::vector<double> expected(patches_, 0.0);
    for (int64_t h = 0; h < c_.heads; ++h) {
      double sum = 0;
      for (int64_t t = 0; t < c_.tokens; ++t) sum += std::exp(score_.at({b, h, t}));
      for (int64_t p = 0; p < patches_; ++p) {
        expected[p] += std::exp(score_.at({b, h, p + 1})) / sum;
      }
    }
    for (int64_t p = 0; p < patches_; ++p) {
      CHECK(is_near(lists.scores[b * patches_ + p], expected[p], 1e-5 * expected[p]));
    }
  }

  // Top-k by (score descending, index ascending); targets at equal distances in the rest.
  void check_choice(const Lists& lists, int64_t b) {
    const int32_t cls = c_.has_cls && c_.tokens > 0 ? 1 : 0;
    const float* score = lists.scores.data() + b * patches_;
    std::vector<int32_t> order(patches_);
    for (int64_t p = 0; p < patches_; ++p) order[p] = static_cast<int32_t>(p);
    std::stable_sort(order.begin(), order.end(),
                     [&](int32_t x, int32_t y) { return score[x] > score[y]; });
    const auto kept_end = order.begin() + (counts_.dominant - cls);
    std::sort(order.begin(), kept_end);
    std::sort(kept_end, order.end());
    std::vector<int32_t> dominant(cls, 0), target, merged;
    for (auto p = order.begin(); p != kept_end; ++p) dominant.push_back(*p + cls);
    const int64_t rest = order.end() - kept_end;
    const int64_t step = counts_.target > 0 ? std::max<int64_t>(1, rest / counts_.target) : 1;
    for (int64_t i = 0; i < rest && counts_.target > 0; ++i) {
      const bool is_target = i % step == 0 && i / step < counts_.target;
      (is_target ? target : merged).push_back(kept_end[i] + cls);
    }
    CHECK(slice(lists.dominant, b, counts_.dominant) == dominant);
    CHECK(slice(lists.target, b, counts_.target) == target);
    CHECK(slice(lists.merged, b, counts_.merged) == merged);
  }

  double cosine(int64_t b, int64_t x, int64_t y) {
    double dot = 0, xx = 0, yy = 0;
    for (int64_t e = 0; e < c_.dim; ++e) {
      const double kx = keys_.at({b, x, e}), ky = keys_.at({b, y, e});
      dot += kx * ky;
      xx += kx * kx;
      yy += ky * ky;
    }
    return xx > 0 && yy > 0 ? dot / std::sqrt(xx * yy) : 0;
  }

  bool is_same_key(int64_t b, int64_t x, int64_t y) {
    for (int64_t e = 0; e < c_.dim; ++e) {
      if (keys_.at({b, x, e}) != keys_.at({b, y, e})) return false;
    }
    return true;
  }

  void check_members(const Lists& lists, int64_t b) {
    const auto target = slice(lists.target, b, counts_.target);
    const auto merged = slice(lists.merged, b, counts_.merged);
    const auto assign = slice(lists.assign, b, counts_.merged);
    for (int64_t m = 0; m < counts_.merged; ++m) {
      const int32_t chosen = assign[m];
      CHECK(chosen >= 0 && chosen < counts_.target);
      const double cosine_of_chosen = cosine(b, merged[m], target[chosen]);
      for (int64_t t = 0; t < counts_.target; ++t) {
        CHECK(cosine_of_chosen >= cosine(b, merged[m], target[t]) - 1e-6);
        if (t < chosen) CHECK(!is_same_key(b, target[t], target[chosen]));
      }
      if (cosine(b, merged[m], merged[m]) == 0) CHECK(chosen == 0);
    }
    std::vector<int32_t> offset = {0}, member;
    for (int64_t t = 0; t < counts_.target; ++t) {
      for (int64_t m = 0; m < counts_.merged; ++m) {
        if (assign[m] == t) member.push_back(merged[m]);
      }
      offset.push_back(static_cast<int32_t>(member.size()));
    }
    CHECK(slice(lists.offset, b, counts_.target + 1) == offset);
    CHECK(slice(lists.member, b, counts_.merged) == member);
  }

  static std::vector<int32_t> slice(const std::vector<int32_t>& list, int64_t b, int64_t count) {
    return {list.begin() + b * count, list.begin() + (b + 1) * count};
  }

  Case c_;
  int64_t patches_;
  VisionZipCounts counts_;
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
  Input score_;
  Input keys_;
};

void run(const Case& c) {
  Selection selection(c);
  Lists first;
  bool is_first = true;
  repeat([&] {
    const Lists lists = selection.launch();
    if (is_first) {
      selection.check_lists(lists);
      first = lists;
      is_first = false;
      return;
    }
    CHECK(same_bits(lists.scores, first.scores));
    CHECK(lists.dominant == first.dominant && lists.target == first.target);
    CHECK(lists.merged == first.merged && lists.assign == first.assign);
    CHECK(lists.offset == first.offset && lists.member == first.member);
    CHECK(lists.non_finite == first.non_finite);
  });
}

/// Plants a value into the second of three images: its flag alone is set, its indices stay in
/// range.
void run_non_finite(Scores kind, const char* what, const std::function<void(Selection&)>& plant) {
  Selection selection({3, 4, 50, 16, 10, 5, true, kind, Keys::kRandom});
  current_case = what;
  plant(selection);
  selection.scores().upload();
  selection.keys().upload();
  repeat([&] {
    const Lists lists = selection.launch();
    CHECK((lists.non_finite == std::vector<int32_t>{0, 1, 0}));
    CHECK(selection.is_in_range(lists));
  });
}

int run_all_non_finite() {
  const float nan = std::nanf("");
  const float infinity = INFINITY;
  int cases = 0;
  for (const float value : {nan, -nan, infinity, -infinity}) {
    run_non_finite(Scores::kRandom, "score", [&](Selection& s) { s.scores().set({1, 7}, value); });
    run_non_finite(Scores::kLogits, "logit", [&](Selection& s) {
      s.scores().set({1, 2, 7}, value);
    });
    run_non_finite(Scores::kLogits, "logit of CLS", [&](Selection& s) {
      s.scores().set({1, 2, 0}, value);
    });
    run_non_finite(Scores::kRandom, "all keys", [&](Selection& s) {
      for (int64_t t = 0; t < 50; ++t) s.keys().set({1, t, 3}, value);
    });
    cases += 4;
  }
  run_non_finite(Scores::kRandom, "overflowing product", [&](Selection& s) {
    for (int64_t t = 0; t < 50; ++t) {
      for (int64_t e = 0; e < 16; ++e) s.keys().set({1, t, e}, 3e38f);
    }
  });
  return cases + 1;
}

/// Without a target there is no run of members: its list may be missing.
void run_without_members() {
  Selection selection({2, 2, 20, 16, 5, 0, true, Scores::kLogits, Keys::kRandom});
  current_case = "no member_offset";
  const Lists with = selection.launch();
  const Lists without = selection.launch(false);
  CHECK(without.dominant == with.dominant && without.non_finite == with.non_finite);
}

/// Pictures of one size are the same to the bit as a ragged batch. Without CLS the two even lie the
/// same in memory.
void run_ragged() {
  Selection selection({3, 1, 90, 16, 7, 6, false, Scores::kRandom, Keys::kRandom});
  current_case = "ragged";
  const int32_t offsets[] = {0, 90, 180, 270};
  Buffer pictures(sizeof offsets);
  memcpy(pictures.host().data(), offsets, sizeof offsets);
  pictures.upload();
  const Lists dense = selection.launch();
  repeat([&] {
    const Lists lists = selection.launch(true, pictures.device<int32_t>(0));
    CHECK(same_bits(lists.scores, dense.scores));
    CHECK(lists.dominant == dense.dominant && lists.target == dense.target);
    CHECK(lists.merged == dense.merged && lists.assign == dense.assign);
    CHECK(lists.offset == dense.offset && lists.member == dense.member);
    CHECK(lists.non_finite == dense.non_finite);
  });
}

int main() {
  using S = Scores;
  using K = Keys;
  std::vector<Case> cases = {
      // The published budgets at CLIP-L/336, and a SigLIP grid.
      {1, 16, 577, 64, 54, 10, true, S::kLogits, K::kRandom},
      {1, 16, 577, 64, 162, 30, true, S::kLogits, K::kRandom},
      {1, 1, 729, 72, 54, 10, false, S::kRandom, K::kRandom},
      // More targets than a tile of shared memory holds.
      {1, 1, 300, 64, 20, 95, true, S::kRandom, K::kRandom},
      {1, 1, 200, 128, 20, 45, true, S::kRandom, K::kRepeated},
      {1, 1, 40, 0, 5, 4, true, S::kRandom, K::kRandom},
      // Keys whose squares overflow or vanish.
      {1, 1, 100, 64, 20, 9, true, S::kRandom, K::kHuge},
      {1, 1, 100, 64, 20, 9, true, S::kRandom, K::kTiny},
      // The largest grid.
      {1, 1, 4096, 8, 1000, 16, false, S::kRandom, K::kRandom},
      {1, 64, 40, 16, 5, 4, true, S::kLogits, K::kRandom},
      // Nothing to do, nothing left over.
      {0, 4, 33, 64, 5, 3, true, S::kLogits, K::kRandom},
      {2, 1, 0, 64, 1, 3, true, S::kRandom, K::kRandom},
      {2, 1, 0, 64, 0, 3, false, S::kRandom, K::kRandom},
      {2, 1, 1, 64, 1, 3, true, S::kRandom, K::kRandom},
      {2, 1, 1, 64, 0, 3, false, S::kRandom, K::kRandom},
      {3, 2, 33, 64, 33, 5, true, S::kLogits, K::kRandom},
      {3, 2, 33, 64, 99, 5, true, S::kLogits, K::kRandom},
      {3, 2, 33, 64, 10, 0, true, S::kLogits, K::kRandom},
      {3, 2, 33, 64, 1, 4, true, S::kLogits, K::kRandom},
      {3, 2, 33, 64, 0, 4, false, S::kRandom, K::kRandom},
      {3, 2, 33, 64, 29, 10, true, S::kLogits, K::kRandom},
      {3, 2, 33, 64, 28, 5, true, S::kLogits, K::kRandom},
      {3, 2, 33, 64, 27, 5, true, S::kLogits, K::kRandom},
  };
  for (const int64_t tokens : {31, 33, 100, 650}) {
    for (const S scores : {S::kEqual, S::kFewValues, S::kSignedZeros}) {
      cases.push_back({2, 1, tokens, 16, 11, 4, true, scores, K::kRepeated});
      cases.push_back({1, 1, tokens, 16, 11, 4, false, scores, K::kSomeZero, true});
    }
    cases.push_back({1, 3, tokens, 16, 7, 6, true, S::kLogits, K::kAllZero});
  }
  for (const int64_t dim : {1, 5, 8, 16, 64, 72, 128}) {
    cases.push_back({1, 3, 70, dim, 7, 12, true, S::kLogits, K::kRandom});
    cases.push_back({1, 3, 70, dim, 7, 12, true, S::kLogits, K::kSomeZero, true});
  }
  for (const Case& c : cases) run(c);
  run_without_members();
  run_ragged();
  return summary("visionzip_select", static_cast<int>(cases.size()) + 2 + run_all_non_finite());
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
