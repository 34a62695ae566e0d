// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tokenzip/tokenzip.h"

namespace bench {

/// Something to time: calls the library once.
struct Case {
  std::string name;
  int64_t bytes;  // inputs and outputs, each once
  int64_t flops;
  std::function<void()> run;
};

/// VisionZip and its steps at the shape of CLIP-L/336 (H 16, N 577, d 64, D 1024), for one batch
/// size, dtype and budget. The cases own their memory and borrow `ctx`.
std::vector<Case> visionzip_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch, int64_t dominant,
                                  int64_t contextual);

/// Pooling of PPLLaVA over `frames` of 24 x 24 tokens of width `width`, window 2 x 3 x 3, and the
/// relevance that guides it. As above, the cases own their memory.
std::vector<Case> pooling_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t frames, int64_t width);

/// Attention that is never written down: SigLIP (H 16, S 729, d 72), and 42 rows of CLIP-L/336.
std::vector<Case> attention_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch);

/// Cosines: matching and neighbours of 576 keys of width 64, matrix and means of width 4096.
std::vector<Case> assignment_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch);

}  // namespace bench
