// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Which entries of a row lie at or above a quantile (METHODS: QuantileSelect), as arithmetic that
// host and device share.
#pragma once

#include <cstdint>

#include "common/ragged.h"

namespace tkz {

/// rho: the 0-based place, in ascending order, of the smallest value selected from n >= 1. It is
/// min(n - 1, max(0, ceil(epsilon * (n - 1) - 1e-9))).
TKZ_HOST_DEVICE inline int64_t quantile_rank(double epsilon, int64_t n) {
#if defined(__CUDA_ARCH__)
  // Rounded before anything is subtracted, as on the host.
  const double place = __dmul_rn(epsilon, static_cast<double>(n - 1)) - 1e-9;
#else
  const double product = epsilon * static_cast<double>(n - 1);
  const double place = product - 1e-9;
#endif
  if (!(place > 0)) return 0;
  if (place >= static_cast<double>(n - 1)) return n - 1;
  const int64_t whole = static_cast<int64_t>(place);
  return static_cast<double>(whole) < place ? whole + 1 : whole;
}

/// How many of n values are selected when no two are equal.
TKZ_HOST_DEVICE inline int64_t quantile_count(double epsilon, int64_t n) {
  return n > 0 ? n - quantile_rank(epsilon, n) : 0;
}

}  // namespace tkz
