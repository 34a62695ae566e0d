// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "argument_check.h"
#include "visionzip_arguments.h"

namespace tkz {

/// What a call does with a selection: write all of it, or read the part that merging needs.
enum class Use { kFill, kMerge };

/// A budget that makes sense by itself.
void check_params(ArgumentCheck& check, const tkz_visionzip_params* params);

/// The arrays that are used and have elements are there.
void check_selection(ArgumentCheck& check, const tkz_visionzip_selection* selection,
                     const VisionZipCounts& counts, Use use);

}  // namespace tkz
