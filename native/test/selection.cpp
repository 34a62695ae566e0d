// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "selection.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace test {

Selection::Selection(const tkz_visionzip_params& params, int64_t batch, int64_t tokens) {
  if (tkz_visionzip_count(&params, tokens, &counts) != TKZ_OK) abort();
  const auto list = [&](std::vector<int32_t>& v, int64_t n) {
    v.assign(static_cast<size_t>(batch * n), -1);
    return v.empty() ? nullptr : v.data();
  };
  view.size = sizeof view;
  view.dominant = list(dominant, counts.dominant);
  view.target = list(target, counts.target);
  view.merged = list(merged, counts.merged);
  view.assign = list(assign, counts.merged);
  view.member_offset = list(member_offset, counts.target + 1);
  view.member = list(member, counts.merged);
  view.non_finite = list(non_finite, 1);
  scores.assign(static_cast<size_t>(batch * std::max<int64_t>(0, tokens - params.has_cls)),
                kUntouched);
  view.scores = scores.data();
}

std::vector<double> naive_scores(const Tensor& logits) {
  const int64_t batch = logits.view.shape[0], heads = logits.view.shape[1];
  const int64_t tokens = logits.view.shape[2];
  std::vector<double> scores;
  for (int64_t b = 0; b < batch; b++) {
    std::vector<double> sum(static_cast<size_t>(tokens), 0.0);
    for (int64_t h = 0; h < heads; h++) {
      double highest = -INFINITY, total = 0.0;
      for (int64_t s = 0; s < tokens; s++) highest = fmax(highest, logits.get({b, h, s}));
      for (int64_t s = 0; s < tokens; s++) total += exp(logits.get({b, h, s}) - highest);
      for (int64_t s = 0; s < tokens; s++) {
        sum[static_cast<size_t>(s)] += exp(logits.get({b, h, s}) - highest) / total;
      }
    }
    scores.insert(scores.end(), sum.begin() + 1, sum.end());
  }
  return scores;
}

namespace {

double cosine(const Tensor& keys, int64_t image, int64_t a, int64_t b) {
  double dot = 0, aa = 0, bb = 0;
  for (int64_t k = 0; k < keys.view.shape[2]; k++) {
    const double x = keys.get({image, a, k}), y = keys.get({image, b, k});
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa == 0 || bb == 0 ? 0 : dot / sqrt(aa) / sqrt(bb);
}

}  // namespace

Selection naive_selection(const tkz_visionzip_params& params, const std::vector<double>& scores,
                          const Tensor& key_mean) {
  const int64_t batch = key_mean.view.shape[0], tokens = key_mean.view.shape[1];
  const int64_t cls = params.has_cls, patches = tokens - cls;
  Selection result(params, batch, tokens);
  const tkz_visionzip_counts& n = result.counts;
  for (int64_t b = 0; b < batch; b++) {
    const double* s = scores.data() + b * patches;
    std::vector<int32_t> order(static_cast<size_t>(patches));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int32_t x, int32_t y) { return s[x] > s[y]; });
    std::vector<bool> kept(static_cast<size_t>(tokens), false);
    if (cls) kept[0] = true;
    for (int64_t i = 0; i < n.dominant - cls; i++) {
      kept[static_cast<size_t>(order[static_cast<size_t>(i)] + cls)] = true;
    }
    std::vector<int32_t> rest;
    int32_t* dominant = result.dominant.data() + b * n.dominant;
    for (int32_t t = 0; t < tokens; t++) {
      if (kept[static_cast<size_t>(t)]) {
        *dominant++ = t;
      } else {
        rest.push_back(t);
      }
    }
    const int64_t m = static_cast<int64_t>(rest.size());
    const int64_t stride = n.target > 0 ? std::max<int64_t>(1, m / n.target) : 1;
    std::vector<int32_t> target, merged;
    for (int64_t i = 0; i < m; i++) {
      const bool is_target = i % stride == 0 && i / stride < n.target;
      (is_target ? target : merged).push_back(rest[static_cast<size_t>(i)]);
    }
    if (n.target == 0) merged.clear();
    std::copy(target.begin(), target.end(), result.target.begin() + b * n.target);
    std::copy(merged.begin(), merged.end(), result.merged.begin() + b * n.merged);
    std::vector<std::vector<int32_t>> members(target.size());
    for (size_t i = 0; i < merged.size(); i++) {
      size_t best = 0;
      for (size_t t = 1; t < target.size(); t++) {
        if (cosine(key_mean, b, merged[i], target[t]) >
            cosine(key_mean, b, merged[i], target[best])) {
          best = t;
        }
      }
      result.assign[static_cast<size_t>(b * n.merged) + i] = static_cast<int32_t>(best);
      members[best].push_back(merged[i]);
    }
    int32_t* offset = result.member_offset.data() + b * (n.target + 1);
    int32_t* member = result.member.data() + b * n.merged;
    *offset = 0;
    for (const std::vector<int32_t>& group : members) {
      member = std::copy(group.begin(), group.end(), member);
      offset[1] = *offset + static_cast<int32_t>(group.size());
      offset++;
    }
    result.non_finite[static_cast<size_t>(b)] = 0;
  }
  return result;
}

std::vector<double> naive_merge(const tkz_visionzip_params& params, const Selection& selection,
                                const Tensor& tokens) {
  const tkz_visionzip_counts& n = selection.counts;
  std::vector<double> out;
  for (int64_t b = 0; b < tokens.view.shape[0]; b++) {
    const int32_t* dominant = selection.dominant.data() + b * n.dominant;
    for (int64_t i = 0; i < n.dominant; i++) {
      for (int64_t c = 0; c < tokens.view.shape[2]; c++) {
        out.push_back(tokens.get({b, dominant[i], c}));
      }
    }
    for (int64_t t = 0; t < n.target; t++) {
      const int32_t target = selection.target[static_cast<size_t>(b * n.target + t)];
      const int32_t* offset = selection.member_offset.data() + b * (n.target + 1) + t;
      const double count = offset[1] - offset[0];
      for (int64_t c = 0; c < tokens.view.shape[2]; c++) {
        double sum = 0;
        for (int32_t m = offset[0]; m < offset[1]; m++) {
          sum += tokens.get({b, selection.member[static_cast<size_t>(b * n.merged + m)], c});
        }
        const double x = tokens.get({b, target, c});
        const bool plus_mean = params.merge_mode == TKZ_TARGET_PLUS_MEAN;
        out.push_back(count == 0 ? x : plus_mean ? x + sum / count : (x + sum) / (1 + count));
      }
    }
  }
  return out;
}

}  // namespace test
