// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operator once: its name and its arguments. The CPU twin, the CUDA launcher, the emulated
// launcher and the device table are declared from this list.
#pragma once

#include "assign/arguments.h"
#include "ficoco/arguments.h"
#include "merge/arguments.h"
#include "pool/arguments.h"
#include "score/arguments.h"
#include "score/attention_arguments.h"
#include "select/arguments.h"
#include "select/greedy_arguments.h"
#include "visionzip_arguments.h"

// clang-format off
#define TKZ_OPERATORS(OPERATOR) \
  OPERATOR(cls_logits_key_mean, ClsLogitsKeyMeanArgs) \
  OPERATOR(visionzip_select, VisionZipSelectArgs) \
  OPERATOR(visionzip_merge, VisionZipMergeArgs) \
  OPERATOR(attention_row_from_map, AttentionRowFromMapArgs) \
  OPERATOR(attention_received_from_map, AttentionReceivedFromMapArgs) \
  OPERATOR(head_mean_map, HeadMeanMapArgs) \
  OPERATOR(attention_row, AttentionRowArgs) \
  OPERATOR(relevance, RelevanceArgs) \
  OPERATOR(prompt_pool_3d, PromptPool3dArgs) \
  OPERATOR(greedy_max_min, GreedyMaxMinArgs) \
  OPERATOR(greedy_dpp, GreedyDppArgs) \
  OPERATOR(min_max_relevance, MinMaxRelevanceArgs) \
  OPERATOR(cosine_assign, CosineAssignArgs) \
  OPERATOR(cosine_matrix, CosineMatrixArgs) \
  OPERATOR(mean_cosine, MeanCosineArgs) \
  OPERATOR(top_neighbours, TopNeighboursArgs) \
  OPERATOR(top_k, TopKArgs) \
  OPERATOR(threshold_select, ThresholdSelectArgs) \
  OPERATOR(stride_targets, StrideTargetsArgs) \
  OPERATOR(quantile_select, QuantileSelectArgs) \
  OPERATOR(local_penalty, LocalPenaltyArgs) \
  OPERATOR(row_lse, RowLseArgs) \
  OPERATOR(attention_received, AttentionReceivedArgs) \
  OPERATOR(head_mean_logits, HeadMeanArgs) \
  OPERATOR(head_mean_probabilities, HeadMeanArgs) \
  OPERATOR(copy_rows, CopyRowsArgs) \
  OPERATOR(weighted_sum, WeightedSumArgs) \
  OPERATOR(merge_members, MergeMembersArgs) \
  OPERATOR(ficoco_logits, FicocoLogitsArgs) \
  OPERATOR(ficoco_rank, FicocoRankArgs) \
  OPERATOR(ficoco_shares, FicocoSharesArgs) \
  OPERATOR(ficoco_merge, FicocoMergeArgs)
// clang-format on
