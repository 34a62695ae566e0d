// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operator_list.h"

namespace tkz::cpu {

/// The steps of FiCoCo-V's layer with the scores of the published code, each as it would be run
/// alone.
struct FicocoLayer {
  FicocoLogitsArgs logits;
  FicocoRankArgs rank;
  HeadMeanArgs correlation;
  FicocoSharesArgs shares;
  FicocoMergeArgs merge;
};

/// All steps picture by picture, so that what one step reads or writes is still in the cache when
/// the next one reads it. The results are those of the steps in turn.
void ficoco_v_layer(const FicocoLayer& layer, int threads);

}  // namespace tkz::cpu
