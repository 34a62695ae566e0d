// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The CPU twin of every operator: the same argument structs as the CUDA launchers, plus the number
// of threads to use at most (0: OpenMP's default). Finished on return; nothing allocates. Results
// do not depend on the number of threads or on the instruction set.
#pragma once

#include "operator_list.h"

namespace tkz::cpu {

#define TKZ_TWIN(name, Args) void name(const Args& args, int threads);
TKZ_OPERATORS(TKZ_TWIN)
#undef TKZ_TWIN

/// Score, select and merge image by image, so that what one step writes is still in the cache when
/// the next one reads it. The results are those of the three operators in turn; `score` says where
/// logits and key means go, of which only the first images' places may have been used.
void visionzip(const ClsLogitsKeyMeanArgs& score, const VisionZipSelectArgs& select,
               const VisionZipMergeArgs& merge, int threads);

}  // namespace tkz::cpu
