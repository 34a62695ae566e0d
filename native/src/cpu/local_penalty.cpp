// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/local_penalty.h"

#include <algorithm>

#include "common/selection_rule.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"
#include "select/window_rule.h"

namespace tkz::cpu {
namespace {

/// Windows whose winners are looked for in one pass over the tokens, on the stack.
constexpr int64_t kWindowsAtOnce = 1024;

}  // namespace

void penalise(const WindowGrid& grid, float coefficient, const float* score,
              const int32_t* position, int64_t count, float* out) {
  const int64_t windows = window_count(grid);
  for (int64_t first = 0; first < windows; first += kWindowsAtOnce) {
    int64_t winner[kWindowsAtOnce];
    const int64_t here = std::min(kWindowsAtOnce, windows - first);
    std::fill(winner, winner + here, -1);
    for (int64_t token = 0; token < count; token++) {
      const int64_t window = window_of(grid, position[token]) - first;
      if (window < 0 || window >= here) continue;
      int64_t& best = winner[window];
      if (best >= 0) {
        const uint32_t key = ordered_key(score[token]), best_key = ordered_key(score[best]);
        if (key < best_key || (key == best_key && position[token] >= position[best])) continue;
      }
      best = token;
    }
    for (int64_t w = 0; w < here; w++) {
      if (winner[w] >= 0) out[winner[w]] = penalised(score[winner[w]], coefficient);
    }
  }
}

void local_penalty(const LocalPenaltyArgs& args, int threads) {
  const Kernels& k = kernels();
  const auto one = [&](int64_t image, int64_t, int64_t) {
    const Picture picture = args.ragged.picture(image, args.tokens);
    const Ragged& ragged = args.ragged;
    const float* score = args.scores + ragged.start(image, picture, args.scores_stride_batch, 1);
    float* out = args.out + ragged.start(image, picture, args.tokens, 1);
    std::copy(score, score + picture.count, out);
    penalise(args.grid, args.coefficient, score,
             args.position + ragged.start(image, picture, args.position_stride_batch, 1),
             picture.count, out);
    if (args.non_finite != nullptr) {
      args.non_finite[image] = k.all_finite(score, picture.count) ? 0 : 1;
    }
  };
  for_each_range(args.batch, 1, 1, threads_for(args.batch * args.tokens * 32, threads), one);
}

}  // namespace tkz::cpu
