// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// Times of one case.
struct Result {
  std::string name;
  double median_us, p10_us, p90_us;
  int64_t bytes;  ///< each input read once, each output written once
  int64_t flops;

  double gigabytes_per_second() const { return static_cast<double>(bytes) / median_us * 1e-3; }
  double gigaflops_per_second() const { return static_cast<double>(flops) / median_us * 1e-3; }
};

/// Percentiles of a case's samples, in microseconds.
Result summarize(std::string name, std::vector<double> samples_us, int64_t bytes, int64_t flops);

/// `copy_gb_per_s`: what a plain copy reaches, to compare with.
void print_table(const std::vector<Result>& results, double copy_gb_per_s);

/// One JSON object: date and machine, the library's build_info, the thread count, the copy and the
/// results.
void print_json(const std::vector<Result>& results, const std::string& build_info, int threads,
                double copy_gb_per_s);

}  // namespace bench
