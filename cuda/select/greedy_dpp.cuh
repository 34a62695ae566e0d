// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Greedy MAP of a determinantal point process: a Cholesky factorisation of L that pivots on what is
// left of the diagonal (METHODS: CDPruner, step 4).
//
// Geometry: one block per picture, see greedy_pick.cuh, one launch. What is left of every L_ii lies
// in shared memory, where each thread reads back what it wrote itself, and so do the rows of the
// factor when they fit (kOnChip): 64 picks of 576 tokens do from sm_80 on but for the 99 KB of
// sm_86, sm_89 and sm_120. Otherwise row t lies in the workspace, read out of L1 as long as it fits
// there, and the picked token's column of the factor passes through shared memory. Bytes moved: 4 n
// per pick from the matrix; 2 m^2 n on chip, or from L1 and L2. Products are rounded before they
// are added, t ascending, as on the CPU.
#pragma once

#include "select/greedy_arguments.h"
#include "select/greedy_pick.cuh"

namespace tkz::TKZ_BACKEND {

/// Of m picks out of n tokens, whose last needs no row.
inline int64_t dpp_shared_bytes(int64_t tokens, int64_t picks, bool on_chip) {
  const int64_t factor = on_chip ? (picks > 0 ? picks - 1 : 0) * tokens : picks;
  return static_cast<int64_t>(sizeof(GreedyShared)) + 4 * (tokens + factor);
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

template <int kThreads, bool kOnChip>
TKZ_KERNEL(kThreads, 1)
greedy_dpp_kernel(GreedyDppArgs args) {
  auto& shared = *reinterpret_cast<GreedyShared*>(shared_memory());
  auto* const key = reinterpret_cast<uint32_t*>(&shared + 1);  // [n]; 0: picked
  auto* const rest = reinterpret_cast<float*>(key + args.tokens);
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.tokens);
  const GreedyCounts counts = greedy_counts(args, image);
  DppKernel kernel = {args.similarity + image * args.similarity_stride_batch,
                      args.similarity_stride_row, args.weight};
  if (kernel.weight != nullptr) {
    kernel.weight += args.ragged.start(image, picture, args.weight_stride_batch, 1);
  }
  const int64_t rows = args.wanted < args.tokens ? args.wanted : args.tokens;
  float* const factor = kOnChip ? rest : args.factor + image * rows * args.tokens;
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
      // Where the chosen token's entries are: on chip they can be read from their rows, which
      // the barrier of largest_pick has completed.
      const float* const column = kOnChip ? factor + chosen.token : rest;
      const int64_t column_stride = kOnChip ? args.tokens : 1;
      if constexpr (!kOnChip) {
        for (int t = thread_index(); t < pick; t += kThreads) {
          rest[t] = factor[t * args.tokens + chosen.token];
        }
        syncthreads();  // the column of the picked token is there
      }
      const float root = sqrtf(gain);
      for (int token = thread_index(); token < counts.tokens; token += kThreads) {
        const float* const own = factor + token;
        float known = 0.0f;
#pragma unroll 8
        for (int t = 0; t < pick; ++t) {
          known += mul_rounded(column[t * column_stride], own[t * args.tokens]);
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
