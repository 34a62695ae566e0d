// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The inner loops of the CPU backend, one table per instruction set. They know nothing of threads
// or batches: each works on a range of one image, and the pointers it is given are that image's.
#pragma once

#include "cpu/attention_head.h"
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
  /// Of n values, the first of the largest that is not kPickedBits; n >= 1 and one has to be left.
  int64_t (*largest_left)(const float* value, int64_t n);
  /// nearest[begin, end) of `tokens` tokens. False when a distance is not finite.
  bool (*nearest_distance)(const GreedyMaxMinArgs&, int64_t tokens, int64_t begin, int64_t end);
  /// nearest[i] = min(nearest[i], distance to `chosen`) for tokens that are not picked.
  void (*come_closer)(const GreedyMaxMinArgs&, int64_t tokens, int64_t chosen);
  /// gain[i] = L_ii for tokens [begin, end) that are not picked. False when one is not finite.
  bool (*dpp_diagonal)(const GreedyDppArgs&, int64_t begin, int64_t end);
  /// Row `pick` of the factor after `chosen`, which had `gain` left, and what it takes from the
  /// gains of tokens [begin, end) that are not picked. False when one is not finite.
  bool (*dpp_row)(const GreedyDppArgs&, int64_t pick, int64_t chosen, float gain, int64_t begin,
                  int64_t end);
  /// scaled [n] of one picture.
  void (*min_max_relevance)(const float* relevance, int64_t n, float* scaled);
  /// Columns [begin, end) of the mean of all rows, or of all rows at length 1.
  void (*row_mean)(DType, const CosineRows&, int64_t dim, bool unit, int64_t begin, int64_t end);
  /// Norms of rows [begin, end).
  void (*row_norm)(DType, const CosineRows&, int64_t dim, int64_t begin, int64_t end);
  /// Sources [begin, end).
  void (*cosine_assign)(const CosineAssignArgs&, int64_t begin, int64_t end);
  /// Rows [begin, end) from the diagonal on, and their mirror image; zeros where `tokens` of the
  /// matrix are more than there are rows.
  void (*cosine_matrix)(const CosineMatrixArgs&, int64_t tokens, int64_t begin, int64_t end);
  /// Rows [begin, end).
  void (*mean_cosine)(const MeanCosineArgs&, int64_t begin, int64_t end);
  void (*top_neighbours)(const TopNeighboursArgs&, int64_t begin, int64_t end);
  /// Whether none of n scores is a NaN or an infinity.
  bool (*all_finite)(const float* scores, int64_t n);
  /// The ascending indices of the scores that a cut leaves, the first `capacity` of them; returns
  /// how many there are.
  int64_t (*list_chosen)(const float* scores, int64_t n, TopScores cut, int32_t* indices,
                         int64_t capacity);

  /// Log-sum-exp of a block's rows over all `tokens`: 0 for a row without a token, NaN where a
  /// logit is not finite.
  void (*row_lse)(const AttentionHead&, const AttentionRows&, int64_t tokens, float* lse);
  /// mean[j] over `rows` of what `columns` receive; the log-sum-exp of all rows may be null.
  /// `scratch`: see received_scratch().
  void (*attention_received)(const AttentionHead&, int64_t tokens, Range rows, Range columns,
                             const float* lse, float* scratch, float* mean);
  /// Adds a head's probabilities, with the log-sum-exp of the block's rows, lse [kBlockRows], to
  /// total [kBlockColumns][kBlockRows]; anything where a row or column has no token.
  void (*add_head)(const AttentionHead&, const AttentionBlock&, const float* lse, float* total);
  /// Mean over heads of a block's logits in rows of `pitch`; the pointers are the picture's.
  void (*head_mean_logits)(const AttentionInputs&, const AttentionBlock&, float* out,
                           int64_t pitch);

  /// Key tiles [begin, end) of one picture: their sums, and the logits of CLS where they are
  /// wanted.
  void (*ficoco_keys)(const FicocoLogitsArgs&, int64_t begin, int64_t end);
  /// Channels [begin, end) of one picture's mean key.
  void (*ficoco_key_mean)(const FicocoLogitsArgs&, int64_t begin, int64_t end);
  /// Logits of patches [begin, end) of one picture with the mean key.
  void (*ficoco_emitted)(const FicocoLogitsArgs&, int64_t begin, int64_t end);
  /// What one row of one picture hands over.
  void (*ficoco_share)(const FicocoSharesArgs&, int64_t row);
  /// Kept patches [begin, end) of one picture.
  void (*ficoco_merge)(const FicocoMergeArgs&, int64_t begin, int64_t end);

  /// Channels [begin, end) of the sum over one image of the batch.
  void (*weighted_sum)(const WeightedSumArgs&, int64_t image, int64_t begin, int64_t end);
  /// Targets [begin, end) of one image of the batch, whose entries are grouped.
  void (*merge_members)(const MergeMembersArgs&, int64_t image, int64_t begin, int64_t end);
  /// scale * mean cosine of tokens [begin, end).
  void (*relevance)(const RelevanceArgs&, int64_t begin, int64_t end);
  /// The softmax of all scores of a picture, in place.
  void (*relevance_softmax)(const RelevanceArgs&);
  /// Output tokens [begin, end) of a picture, whose frames are all its own.
  void (*prompt_pool_3d)(const PromptPool3dArgs&, int64_t begin, int64_t end);
};

/// Marks a token as picked where its value would stand: a NaN that no arithmetic makes.
constexpr uint32_t kPickedBits = 0xffffffffu;

/// The tables of this build, from the most ordinary instruction set to the widest; null-terminated.
const Kernels* const* all_kernels();

/// Whether this machine can run a table.
bool runs_here(const Kernels& kernels);

/// The widest table this machine can run; chosen once.
const Kernels& kernels();

}  // namespace tkz::cpu
