// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The inner loops of the CPU backend, one table per instruction set. They know nothing of threads
// or batches: each works on a range of one image, and the pointers it is given are that image's.
#pragma once

#include "operator_list.h"

namespace tkz::cpu {

/// The k highest scores: those whose ordered_key is above `key`, and the first `equal` of those
/// whose key equals it.
struct TopScores {
  uint32_t key;
  int64_t equal;
};

struct Kernels {
  const char* isa;

  /// Logits (when there is a query) and head-mean keys of tokens [begin, end).
  void (*cls_logits_key_mean)(const ClsLogitsKeyMeanArgs&, int64_t begin, int64_t end);

  /// Columns [begin, end) of the scores.
  void (*attention_row)(const AttentionMapArgs&, int64_t begin, int64_t end);
  void (*attention_received)(const AttentionMapArgs&, int64_t begin, int64_t end);

  /// Patch scores from logits or given scores. False when one that counts is not finite.
  bool (*visionzip_score)(const VisionZipSelectArgs&);
  /// Where to cut n scores so that k >= 1 stay.
  TopScores (*top_scores)(const float* scores, int64_t n, int64_t k);
  /// The target of merged tokens [begin, end). False when a key that counts is not finite.
  bool (*visionzip_assign)(const VisionZipSelectArgs&, int64_t begin, int64_t end);

  /// Output rows [begin, end).
  void (*visionzip_merge)(const VisionZipMergeArgs&, int64_t begin, int64_t end);

  /// Whether none of n scores is a NaN or an infinity.
  bool (*all_finite)(const float* scores, int64_t n);
  /// The ascending indices of the scores that a cut leaves, the first `capacity` of them; returns
  /// how many there are.
  int64_t (*list_chosen)(const float* scores, int64_t n, TopScores cut, int32_t* indices,
                         int64_t capacity);
};

/// The tables of this build, from the most ordinary instruction set to the widest; null-terminated.
const Kernels* const* all_kernels();

/// Whether this machine can run a table.
bool runs_here(const Kernels& kernels);

/// The widest table this machine can run; chosen once.
const Kernels& kernels();

}  // namespace tkz::cpu
