// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/greedy.h"
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

constexpr int64_t kColumnGrain = 128;

/// One picture; what remains between two passes over its tokens.
class Picks {
 public:
  Picks(const Kernels& k, const GreedyDppArgs& a, const GreedyCounts& counts)
      : k_(k), a_(a), counts_(counts) {}

  /// Gains as before the first pick.
  void begin() {
    std::fill(a_.gain, a_.gain + counts_.tokens, 0.0f);
    report(k_.dpp_diagonal(a_, 0, counts_.tokens));
  }

  /// Picks a token. True when its row of the factor has to follow.
  bool choose() {
    chosen_ = k_.largest_left(a_.gain, counts_.tokens);
    gain_ = a_.gain[chosen_];
    if (pick_ == 0) least_ = kLeastGain * gain_;
    if (!filling_ && !(gain_ > least_)) {
      filling_ = true;
      k_.dpp_diagonal(a_, 0, counts_.tokens);
      chosen_ = k_.largest_left(a_.gain, counts_.tokens);
    }
    a_.indices[pick_] = static_cast<int32_t>(chosen_);
    mark_picked(a_.gain, chosen_);
    return !filling_ && pick_ + 1 < counts_.picks;
  }

  void row(int64_t begin, int64_t end) {
    report(k_.dpp_row(a_, pick_, chosen_, gain_, begin, end));
  }

  /// Moves on to the next pick; false when there is none.
  bool next() { return ++pick_ < counts_.picks; }

  void end() {
    if (!a_.is_ranked) std::sort(a_.indices, a_.indices + counts_.picks);
  }

 private:
  void report(bool finite) {
    if (finite) return;
#pragma omp atomic write
    *a_.non_finite = 1;
  }

  const Kernels& k_;
  const GreedyDppArgs& a_;
  const GreedyCounts& counts_;
  int64_t pick_ = 0, chosen_ = 0;
  float gain_ = 0.0f, least_ = 0.0f;
  bool filling_ = false;
};

void run_alone(Picks picks, int64_t tokens) {
  picks.begin();
  do {
    if (picks.choose()) picks.row(0, tokens);
  } while (picks.next());
  picks.end();
}

/// The threads share the columns of every row.
void run_together(Picks picks, int64_t tokens, [[maybe_unused]] int team) {
  picks.begin();
  bool has_row = false, goes_on = true;
#pragma omp parallel num_threads(team)
  while (goes_on) {
#pragma omp single
    has_row = picks.choose();
    if (has_row) {
#pragma omp for schedule(static)
      for (int64_t c = 0; c < tokens; c += kColumnGrain) {
        picks.row(c, std::min(tokens, c + kColumnGrain));
      }
    }
#pragma omp single
    goes_on = picks.next();
  }
  picks.end();
}

}  // namespace

void greedy_dpp(const GreedyDppArgs& args, int threads) {
  const Kernels& k = kernels();
  // Row t of the factor is read by the rows after it.
  const int64_t rows = std::min(args.wanted, args.tokens);
  const int team = threads_for(args.batch * args.tokens * (4 + 2 * rows) * rows, threads);
  const bool together = args.batch < team;
  const auto picture = [&](int64_t image) {
    const GreedyDppArgs one = image_of(args, image);
    const GreedyCounts counts = greedy_counts(args, image);
    write_trivial(counts, args.wanted, one.indices);
    *one.non_finite = 0;
    if (!counts.is_choice) return;
    const Picks picks(k, one, counts);
    if (together) {
      run_together(picks, counts.tokens, team);
    } else {
      run_alone(picks, counts.tokens);
    }
  };
  if (together) {
    for (int64_t image = 0; image < args.batch; image++) picture(image);
  } else {
    for_each_range(args.batch, 1, 1, team,
                   [&](int64_t image, int64_t, int64_t) { picture(image); });
  }
}

}  // namespace tkz::cpu
