// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every operator once: its name and its arguments. The CPU twin, the CUDA launcher, the emulated
// launcher and the device table are declared from this list.
#pragma once

#include "score/arguments.h"
#include "select/arguments.h"
#include "visionzip_arguments.h"

// clang-format off
#define TKZ_OPERATORS(OPERATOR)                        \
  OPERATOR(cls_logits_key_mean, ClsLogitsKeyMeanArgs)  \
  OPERATOR(attention_row, AttentionMapArgs)            \
  OPERATOR(attention_received, AttentionMapArgs)       \
  OPERATOR(visionzip_select, VisionZipSelectArgs)      \
  OPERATOR(visionzip_merge, VisionZipMergeArgs)        \
  OPERATOR(top_k, TopKArgs)                            \
  OPERATOR(threshold_select, ThresholdSelectArgs)      \
  OPERATOR(stride_targets, StrideTargetsArgs)          \
  OPERATOR(quantile_select, QuantileSelectArgs)        \
  OPERATOR(local_penalty, LocalPenaltyArgs)
// clang-format on
