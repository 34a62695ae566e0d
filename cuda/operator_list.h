// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operator once: its name and its arguments. The CPU twin, the CUDA launcher, the emulated
// launcher and the device table are declared from this list.
#pragma once

#include "merge/arguments.h"
#include "score/arguments.h"
#include "visionzip_arguments.h"

// clang-format off
#define TKZ_OPERATORS(OPERATOR)                        \
  OPERATOR(cls_logits_key_mean, ClsLogitsKeyMeanArgs)  \
  OPERATOR(visionzip_select, VisionZipSelectArgs)      \
  OPERATOR(visionzip_merge, VisionZipMergeArgs)        \
  OPERATOR(attention_row_from_map, AttentionRowFromMapArgs)            \
  OPERATOR(attention_received_from_map, AttentionReceivedFromMapArgs)  \
  OPERATOR(head_mean_map, HeadMeanMapArgs)                             \
  OPERATOR(attention_row, AttentionRowArgs)                            \
  OPERATOR(copy_rows, CopyRowsArgs)                                    \
  OPERATOR(weighted_sum, WeightedSumArgs)                              \
  OPERATOR(merge_members, MergeMembersArgs)
// clang-format on
