// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/kernels.h"

namespace tkz::cpu {

/// The lists of dominant, target and merged tokens of one image, from its scores.
void split_tokens(const Kernels& kernels, const VisionZipSelectArgs& args);

/// member_offset and member of one image from merged and assign: a counting sort by target that
/// keeps the order inside a target.
void group_members(const VisionZipCounts& counts, const VisionZipLists& lists);

/// Fills the rest of the arrays that one image of a ragged batch does not need all of; `room` and
/// `most_patches` are what there is.
void pad_lists(const VisionZipSelectArgs& image, const VisionZipCounts& room, int64_t most_patches);

}  // namespace tkz::cpu
