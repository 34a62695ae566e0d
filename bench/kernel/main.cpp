// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Times every operator through the C ABI on the CPU backend.
//
//   cmake --preset cpu -DTOKENZIP_BENCH=ON && cmake --build --preset cpu --target tokenzip_bench
//   tokenzip_bench [--json] [--threads N] [--batch B] [--filter TEXT]
//
// --filter times only cases whose name contains TEXT.
// Every case runs for at least 0.2 s and five calls after a warm-up; the table gives the median and
// the 10th and 90th percentile of single calls. GB/s counts each input and output once; beside it
// stands how much that is of what a plain copy reaches on the same threads.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "cases.h"
#include "report.h"

namespace {

constexpr bench::Family* kFamilies[] = {
    bench::visionzip_cases, bench::ficoco_cases,    bench::score_cases,
    bench::attention_cases, bench::selection_cases, bench::assignment_cases,
    bench::diversity_cases, bench::merging_cases,   bench::pooling_cases};

using Clock = std::chrono::steady_clock;

double microseconds(Clock::duration d) {
  return std::chrono::duration<double, std::micro>(d).count();
}

bench::Result time(const bench::Case& c) {
  constexpr double kMinimumUs = 2e5;
  constexpr size_t kMinimumRuns = 5;
  c.run();
  std::vector<double> samples;
  double total = 0;
  while (total < kMinimumUs || samples.size() < kMinimumRuns) {
    const Clock::time_point start = Clock::now();
    c.run();
    samples.push_back(microseconds(Clock::now() - start));
    total += samples.back();
  }
  return bench::summarize(c.name, samples, c.bytes, c.flops);
}

/// Bytes read plus bytes written per second by memcpy, far beyond the caches; the best of seven
/// copies.
double copy_gigabytes_per_second(int threads) {
  const size_t count = threads > 0 ? static_cast<size_t>(threads)
                                   : std::max(1u, std::thread::hardware_concurrency());
  const size_t bytes = (size_t{256} << 20) / count;
  std::vector<std::vector<char>> from(count, std::vector<char>(bytes, 1)), to = from;
  double best = 0;
  for (int i = 0; i < 7; i++) {
    const Clock::time_point start = Clock::now();
    std::vector<std::thread> team;
    for (size_t t = 0; t < count; t++) {
      team.emplace_back([&, t] { memcpy(to[t].data(), from[t].data(), bytes); });
    }
    for (std::thread& member : team) member.join();
    const double us = microseconds(Clock::now() - start);
    best = std::max(best, 2.0 * static_cast<double>(bytes * count) / us / 1e3);
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  bool json = false;
  int threads = 0;
  int64_t only_batch = 0;
  const char* filter = "";
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--json") == 0) {
      json = true;
    } else if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
      threads = atoi(argv[++i]);
    } else if (strcmp(argv[i], "--batch") == 0 && i + 1 < argc) {
      only_batch = atoll(argv[++i]);
    } else if (strcmp(argv[i], "--filter") == 0 && i + 1 < argc) {
      filter = argv[++i];
    } else {
      fprintf(stderr, "expected --json, --threads N, --batch B or --filter TEXT, got %s\n",
              argv[i]);
      return 2;
    }
  }
  tkz_ctx* ctx = nullptr;
  if (tkz_ctx_create(TKZ_BACKEND_CPU, 0, threads, &ctx) != TKZ_OK) {
    fprintf(stderr, "%s\n", tkz_last_error());
    return 1;
  }
  // Measured before and after: company seldom disturbs both.
  double copy = copy_gigabytes_per_second(threads);
  std::vector<bench::Result> results;
  for (const int64_t batch : {1, 8, 64}) {
    if (only_batch != 0 && batch != only_batch) continue;
    for (const tkz_dtype dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
      for (bench::Family* const family : kFamilies) {
        // Of fp16 VisionZip tells enough.
        if (dtype == TKZ_F16 && family != bench::visionzip_cases) continue;
        for (const bench::Case& c : family(ctx, dtype, batch)) {
          if (c.name.find(filter) != std::string::npos) results.push_back(time(c));
        }
      }
    }
  }
  copy = std::max(copy, copy_gigabytes_per_second(threads));
  json ? bench::print_json(results, tkz_build_info(), threads, copy)
       : bench::print_table(results, copy);
  tkz_ctx_destroy(ctx);
  return 0;
}
