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

  /// Patch scores from logits or given scores. False when one that counts is not finite.
  bool (*visionzip_score)(const VisionZipSelectArgs&);
  /// Where to cut n scores so that k >= 1 stay.
  TopScores (*top_scores)(const float* scores, int64_t n, int64_t k);
  /// The target of merged tokens [begin, end). False when a key that counts is not finite.
  bool (*visionzip_assign)(const VisionZipSelectArgs&, int64_t begin, int64_t end);

  /// Output rows [begin, end).
  void (*visionzip_merge)(const VisionZipMergeArgs&, int64_t begin, int64_t end);

  /// Scores [begin, end).
  void (*attention_row_from_map)(const AttentionRowFromMapArgs&, int64_t begin, int64_t end);
  void (*attention_received_from_map)(const AttentionReceivedFromMapArgs&, int64_t begin,
                                      int64_t end);
  /// Rows [begin, end) of the mean of a picture of `count` tokens.
  void (*head_mean_map)(const HeadMeanMapArgs&, int64_t count, int64_t begin, int64_t end);

  /// Logits of tokens [begin, end).
  void (*attention_row_logits)(const AttentionRowArgs&, int64_t begin, int64_t end);
  /// Softmax of heads [begin, end) over all `count` >= 1 tokens, the sum inverted, into the first
  /// `partials`.
  void (*attention_row_softmax)(const AttentionRowArgs&, int64_t count, int64_t begin, int64_t end);
  /// Scores of tokens [begin, end).
  void (*attention_row_scores)(const AttentionRowArgs&, int64_t begin, int64_t end);

  /// Channels [begin, end) of the sum over one image of the batch.
  void (*weighted_sum)(const WeightedSumArgs&, int64_t image, int64_t begin, int64_t end);
  /// Targets [begin, end) of one image of the batch, whose entries are grouped.
  void (*merge_members)(const MergeMembersArgs&, int64_t image, int64_t begin, int64_t end);
};

/// The tables of this build, from the most ordinary instruction set to the widest; null-terminated.
const Kernels* const* all_kernels();

/// Whether this machine can run a table.
bool runs_here(const Kernels& kernels);

/// The widest table this machine can run; chosen once.
const Kernels& kernels();

}  // namespace tkz::cpu
