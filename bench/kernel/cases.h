// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tokenzip/tokenzip.h"

namespace bench {

/// Something to time: calls the library once.
struct Case {
  std::string name;
  int64_t bytes;  // inputs and outputs, each once
  int64_t flops;  // 2 for a multiply and add
  std::function<void()> run;
};

/// The operators of one family at the shapes of CLIP-L/336 and of a language model of 7B, for one
/// dtype and batch; none where a family has nothing to say of these. The cases own their memory and
/// borrow `ctx`.
using Family = std::vector<Case>(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch);

/// VisionZip and its steps, 54 + 10 and 162 + 30 tokens.
Family visionzip_cases;

/// A layer of FiCoCo-V that loses 42 of 576 patches, its attention given for the paper's scores.
Family ficoco_cases;

/// From queries and keys of one position, or from maps that exist already.
Family score_cases;

/// Attention that is never written down: SigLIP (H 16, S 729, d 72), and 42 rows of CLIP-L/336.
Family attention_cases;

/// Which tokens their scores choose; fp32 only.
Family selection_cases;

/// Cosines: matching and neighbours of 576 keys of width 64, matrix and means of width 4096.
Family assignment_cases;

/// 64 of 576 tokens that differ from one another; fp32 only.
Family diversity_cases;

/// Copies and sums of rows, of width 1024 and, up to 8 pictures, 4096.
Family merging_cases;

/// Relevance, and pooling of PPLLaVA over videos of 24 x 24 tokens, window 2 x 3 x 3: 8 frames of
/// width 1024 and, for one video, 16 of width 4096.
Family pooling_cases;

}  // namespace bench
