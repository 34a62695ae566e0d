// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "argument_check.h"

namespace tkz {

/// Completes kernel, stride and output of `params` for an input of `extent`; see tkz_pool_size.
void complete_pool(ArgumentCheck& check, const int64_t extent[3], tkz_prompt_pool_params& params);

}  // namespace tkz
