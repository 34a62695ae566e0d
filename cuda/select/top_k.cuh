// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The k highest scores of each picture (METHODS: TopK): exact, ties to the lower index.
//
// Geometry: one block per picture. Scores are read twice, 4 bytes a lane side by side: once into
// keys (see block_keys.cuh), once to list what is chosen. Shared memory: three words per warp, then
// the keys beyond the registers or, once those are not needed, the words of the ranking.
#pragma once

#include "select/arguments.h"
#include "select/block_keys.cuh"
#include "select/list_chosen.cuh"
#include "select/sort_words.cuh"

namespace tkz::TKZ_BACKEND {

template <int kThreads, int kItems>
TKZ_KERNEL(kThreads, 1)
top_k_kernel(TopKArgs args) {
  using Keys = BlockKeys<kThreads, kItems>;
  auto* const partial = reinterpret_cast<uint32_t*>(shared_memory());
  uint32_t* const rest = partial + Keys::kPartials;
  const int64_t image = block_index();
  const Picture picture = args.ragged.picture(image, args.tokens);
  const float* const row =
      args.scores + args.ragged.start(image, picture, args.scores_stride_batch, 1);
  const int count = static_cast<int>(picture.count);
  const int kept = static_cast<int>(args.k < picture.count ? args.k : picture.count);
  int32_t* const indices = args.indices + image * args.k;
  float* const values = args.values == nullptr ? nullptr : args.values + image * args.k;

  bool bad = false;
  const Keys keys(row, count, rest, &bad);
  if (kept > 0) {
    const uint32_t pivot = keys.kth_largest(kept, partial);
    const uint32_t above = keys.count_above(pivot, partial);
    const Cut cut = {pivot, kept - above};
    if (args.ranked) {
      // Ascending words are descending keys, then ascending indices.
      auto* const word = reinterpret_cast<uint64_t*>(rest);
      list_chosen<kThreads>(row, count, cut, partial, [&](uint32_t place, int index, float score) {
        word[place] = static_cast<uint64_t>(~ordered_key(score)) << 32 | index;
      });
      sort_words<kThreads>(word, kept);
      for (int i = thread_index(); i < kept; i += kThreads) {
        const auto index = static_cast<int32_t>(word[i] & 0xffffffffu);
        indices[i] = index;
        if (values != nullptr) values[i] = row[index];
      }
    } else {
      list_chosen<kThreads>(row, count, cut, partial, [&](uint32_t place, int index, float score) {
        indices[place] = index;
        if (values != nullptr) values[place] = score;
      });
    }
  }
  pad_list<kThreads>(indices, kept, args.k, -1);
  if (values != nullptr) pad_list<kThreads>(values, kept, args.k, 0.0f);
  write_flag(args.non_finite, image, bad);
}

}  // namespace tkz::TKZ_BACKEND
