// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Greedy MAP of a determinantal point process: a Cholesky factorisation of L that pivots on what is
// left of the diagonal (METHODS: CDPruner, step 4).
//
// Geometry: one block per picture, see greedy_pick.cuh; what is left of every L_ii, and row
// t of the factor, lie in the workspace, where each thread reads back what it wrote itself, out of
// L1 as long as it fits; the picked token's column of the factor passes through shared memory.
// Bytes moved: 4 n per pick from the matrix, 2 m^2 n from L1 or L2. Products are rounded before
// they are added, t ascending, as on the CPU.
#pragma once

#include "select/greedy_arguments.h"
#include "select/greedy_pick.cuh"

namespace tkz::TKZ_BACKEND {

inline int64_t dpp_shared_bytes(int64_t picks) {
  return static_cast<int64_t>(sizeof(GreedyShared)) + 4 * picks;
}

/// The kernel matrix L of one picture.
struct DppKernel {
  const float* similarity;
  int64_t stride;
  const float* weight;

  TKZ_DEVICE float at(int row, int column) const {
    const float s = similarity[row * stride + column];
    return weight == nullptr ? s : mul_rounded(mul_rounded(weight[row], s), weight[column]);
  }
};

template <int kThreads>
TKZ_KERNEL(kThreads, 1)
greedy_dpp_kernel(GreedyDppArgs args) {
  auto& shared = *reinterpret_cast<GreedyShared*>(shared_memory());
  auto* const chosen_column = reinterpret_cast<float*>(&shared + 1);
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.tokens);
  const GreedyCounts counts = greedy_counts(args, image);
  DppKernel kernel = {args.similarity + image * args.similarity_stride_batch,
                      args.similarity_stride_row, args.weight};
  if (kernel.weight != nullptr) {
    kernel.weight += args.ragged.start(image, picture, args.weight_stride_batch, 1);
  }
  const int64_t rows = args.wanted < args.tokens ? args.wanted : args.tokens;
  float* const factor = args.factor + image * rows * args.tokens;
  auto* const key = reinterpret_cast<uint32_t*>(args.gain) + image * args.tokens;  // 0: picked
  int32_t* indices = args.indices + image * args.wanted;
  bool bad = false;
  write_trivial<kThreads>(counts, args.wanted, indices);
  if (counts.is_choice) {
    Pick best = {0, 0};
    clear_picked<kThreads>(shared);
    for (int token = thread_index(); token < counts.tokens; token += kThreads) {
      const float gain = kernel.at(token, token);
      bad |= !is_finite(gain);
      key[token] = pick_key(gain);
      best.consider(key[token], token);
    }
    float least = 0.0f;
    bool is_filling = false;
    int turn = 0;
    for (int pick = 0; pick < counts.picks; ++pick) {
      Pick chosen = largest_pick<kThreads>(best, turn++, shared);
      const float gain = value_of_key(chosen.key);
      if (pick == 0) least = mul_rounded(kLeastGain, gain);
      if (!is_filling && !(gain > least)) {
        is_filling = true;
        best = {0, 0};
        for (int token = thread_index(); token < counts.tokens; token += kThreads) {
          if (key[token] != 0) key[token] = pick_key(kernel.at(token, token));
          best.consider(key[token], token);
        }
        chosen = largest_pick<kThreads>(best, turn++, shared);
      }
      keep_pick(chosen, pick, args.is_ranked, shared, indices);
      if (chosen.token % kThreads == thread_index()) key[chosen.token] = 0;
      if (pick + 1 == counts.picks) break;
      best = {0, 0};
      if (is_filling) {
        for (int token = thread_index(); token < counts.tokens; token += kThreads) {
          best.consider(key[token], token);
        }
        continue;
      }
      for (int t = thread_index(); t < pick; t += kThreads) {
        chosen_column[t] = factor[t * args.tokens + chosen.token];
      }
      syncthreads();  // the column of the picked token is there
      const float root = sqrtf(gain);
      for (int token = thread_index(); token < counts.tokens; token += kThreads) {
        const float* const own = factor + token;
        float known = 0.0f;
#pragma unroll 8
        for (int t = 0; t < pick; ++t) {
          known += mul_rounded(chosen_column[t], own[t * args.tokens]);
        }
        const float entry = (kernel.at(chosen.token, token) - known) / root;
        factor[pick * args.tokens + token] = entry;
        if (key[token] == 0) continue;
        const float left = value_of_key(key[token]) - mul_rounded(entry, entry);
        bad |= !is_finite(left);
        key[token] = pick_key(left);
        best.consider(key[token], token);
      }
    }
    if (!args.is_ranked) write_ascending<kThreads>(counts.tokens, shared, indices);
  }
  const bool non_finite = syncthreads_count(bad) > 0;
  if (thread_index() == 0) args.non_finite[image] = non_finite;
}

}  // namespace tkz::TKZ_BACKEND
