// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <thread>
#include <utility>

namespace bench {
namespace {

double percentile(const std::vector<double>& sorted, double p) {
  return sorted[static_cast<size_t>(p * static_cast<double>(sorted.size() - 1) + 0.5)];
}

/// "2026-01-31T12:00:00Z".
std::string now() {
  const time_t seconds = time(nullptr);
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
  return text;
}

/// As Linux names it; empty where it does not say.
std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "";
}

}  // namespace

Result summarize(std::string name, std::vector<double> samples_us, int64_t bytes, int64_t flops) {
  std::sort(samples_us.begin(), samples_us.end());
  return {std::move(name),
          percentile(samples_us, 0.5),
          percentile(samples_us, 0.1),
          percentile(samples_us, 0.9),
          bytes,
          flops};
}

void print_table(const std::vector<Result>& results, double copy_gb_per_s) {
  printf("%-48s %12s %12s %12s %8s %8s %10s\n", "case", "median us", "p10 us", "p90 us", "GB/s",
         "% copy", "GFLOP/s");
  for (const Result& r : results) {
    printf("%-48s %12.1f %12.1f %12.1f %8.1f %8.0f %10.1f\n", r.name.c_str(), r.median_us, r.p10_us,
           r.p90_us, r.gigabytes_per_second(), 100 * r.gigabytes_per_second() / copy_gb_per_s,
           r.gigaflops_per_second());
  }
  printf("copy: %.1f GB/s\n", copy_gb_per_s);
}

void print_json(const std::vector<Result>& results, const std::string& build_info, int threads,
                double copy_gb_per_s) {
  printf(
      "{\"schema\": 1, \"kind\": \"cpu operators\", \"date\": \"%s\", \"cpu\": \"%s\", "
      "\"cores\": %u, \"build_info\": \"%s\", \"threads\": %d, \"copy_gb_per_s\": %.2f, "
      "\"results\": [",
      now().c_str(), cpu_model().c_str(), std::thread::hardware_concurrency(), build_info.c_str(),
      threads, copy_gb_per_s);
  const char* separator = "\n";
  for (const Result& r : results) {
    printf(
        "%s  {\"case\": \"%s\", \"median_us\": %.2f, \"p10_us\": %.2f, \"p90_us\": %.2f, "
        "\"bytes\": %lld, \"flops\": %lld, \"gb_per_s\": %.2f, \"percent_of_copy\": %.1f}",
        separator, r.name.c_str(), r.median_us, r.p10_us, r.p90_us, static_cast<long long>(r.bytes),
        static_cast<long long>(r.flops), r.gigabytes_per_second(),
        100 * r.gigabytes_per_second() / copy_gb_per_s);
    separator = ",\n";
  }
  printf("\n]}\n");
}

}  // namespace bench
