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

}  // namespace tkz::cpu
