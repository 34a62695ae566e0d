// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"
#include "cpu/token_lists.h"

namespace tkz::cpu {
namespace {

constexpr int64_t kTokenGrain = 32;
constexpr int64_t kAssignGrain = 64;

struct Image {
  ClsLogitsKeyMeanArgs score;
  VisionZipSelectArgs select;
  VisionZipMergeArgs merge;

  int64_t rows() const { return merge.counts.dominant + merge.counts.target; }
};

void run_alone(const Kernels& k, const Image& image) {
  k.cls_logits_key_mean(image.score, 0, image.score.tokens);
  bool finite = k.visionzip_score(image.select);
  split_tokens(k, image.select);
  finite &= k.visionzip_assign(image.select, 0, image.select.counts.merged);
  *image.select.lists.non_finite = finite ? 0 : 1;
  group_members(image.select.counts, image.select.lists);
  k.visionzip_merge(image.merge, 0, image.rows());
}

/// Called by every thread of a team: the steps of one image, each shared out among them.
void run_together(const Kernels& k, const Image& image) {
  const int64_t tokens = image.score.tokens;
  const int64_t merged = image.select.counts.merged;
  int32_t& non_finite = *image.select.lists.non_finite;
#pragma omp for schedule(dynamic)
  for (int64_t t = 0; t < tokens; t += kTokenGrain) {
    k.cls_logits_key_mean(image.score, t, std::min(tokens, t + kTokenGrain));
  }
#pragma omp single
  {
    non_finite = k.visionzip_score(image.select) ? 0 : 1;
    split_tokens(k, image.select);
  }
#pragma omp for schedule(dynamic)
  for (int64_t m = 0; m < merged; m += kAssignGrain) {
    if (!k.visionzip_assign(image.select, m, std::min(merged, m + kAssignGrain))) {
#pragma omp atomic write
      non_finite = 1;
    }
  }
#pragma omp single
  group_members(image.select.counts, image.select.lists);
  // Contextual rows, the long ones, go first.
#pragma omp for schedule(dynamic)
  for (int64_t i = 0; i < image.rows(); i++) {
    const int64_t row = image.rows() - 1 - i;
    k.visionzip_merge(image.merge, row, row + 1);
  }
}

}  // namespace

void visionzip(const ClsLogitsKeyMeanArgs& score, const VisionZipSelectArgs& select,
               const VisionZipMergeArgs& merge, int threads) {
  const Kernels& k = kernels();
  const int64_t image_bytes = score.heads * score.tokens * score.dim * size_of(score.dtype) +
                              merge.tokens * merge.dim * size_of(merge.dtype);
  const int team = threads_for(score.batch * image_bytes, threads);
  // With few images left over at the end, threads would wait for the last ones.
  const bool whole_images = score.batch >= 4 * team || score.batch % team == 0;
#pragma omp parallel num_threads(team) if (team > 1)
  if (whole_images) {
#pragma omp for schedule(dynamic)
    for (int64_t b = 0; b < score.batch; b++) {
      Image image{image_of(score, b), image_of(select, b), image_of(merge, b)};
      // Every image of a thread uses the same piece of workspace: it stays in the cache.
      const int64_t slot = omp_get_thread_num();
      image.score.logits = image_of(score, slot).logits;
      image.score.key_mean = image_of(score, slot).key_mean;
      image.select.logits = image.score.logits;
      image.select.key_mean = image.score.key_mean;
      run_alone(k, image);
    }
  } else {
    for (int64_t b = 0; b < score.batch; b++) {
      run_together(k, Image{image_of(score, b), image_of(select, b), image_of(merge, b)});
    }
  }
}

}  // namespace tkz::cpu
