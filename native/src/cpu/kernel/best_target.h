// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The most similar of many targets that pass by sixteen at a time.
#pragma once

#include "cpu/kernel/f32x16.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

struct Best {
  F32x16 similarity;
  I32x16 target;
};

/// The highest lane; of equal ones the lowest target. A row without any finite similarity has
/// -infinity and target 0.
TKZ_INLINE float best_lane(const Best& best, int32_t* target) {
  float similarity[kLanes];
  int32_t index[kLanes];
  store(best.similarity, similarity);
  store(best.target, index);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      const bool take = similarity[i + half] > similarity[i] ||
                        (similarity[i + half] == similarity[i] && index[i + half] < index[i]);
      similarity[i] = take ? similarity[i + half] : similarity[i];
      index[i] = take ? index[i + half] : index[i];
    }
  }
  *target = index[0];
  return similarity[0];
}

}  // namespace
}  // namespace tkz::cpu::TKZ_ISA
