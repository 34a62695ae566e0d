// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tokenzip/tokenzip.h"

namespace bench {

/// Something to time: calls the library once.
struct Case {
  std::string name;
  int64_t bytes;
  std::function<void()> run;
};

/// VisionZip and its steps at the shape of CLIP-L/336 (H 16, N 577, d 64, D 1024), for one batch
/// size, dtype and budget. The cases own their memory and borrow `ctx`.
std::vector<Case> visionzip_cases(tkz_ctx* ctx, tkz_dtype dtype, int64_t batch, int64_t dominant,
                                  int64_t contextual);

}  // namespace bench
