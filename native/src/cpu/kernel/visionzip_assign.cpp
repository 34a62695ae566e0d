// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Cosine assignment as a small matrix product: sixteen normalised targets side by side in the
// lanes, rows of merged tokens broadcast against them. The length of a merged token's own key does
// not change which target is nearest, so only targets are normalised.
#include "cpu/kernel/best_target.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Key components that one panel holds, and merged tokens that share it.
constexpr int64_t kDepth = 256;
constexpr int64_t kBlock = 256;
/// Merged tokens that go through the inner loop together.
constexpr int kRows = kWidth == 16 ? 8 : 4;

/// 1 / length of a key, 0 for a zero key, NaN when it is not finite. In double, where the squares
/// of floats neither overflow nor vanish.
double inverse_length(const float* key, int64_t dim) {
  double partial[4] = {0.0, 0.0, 0.0, 0.0};
  for (int64_t k = 0; k < dim; k++) {
    partial[k % 4] += static_cast<double>(key[k]) * static_cast<double>(key[k]);
  }
  const double square = (partial[0] + partial[2]) + (partial[1] + partial[3]);
  if (square == 0.0) return 0.0;
  return square <= __DBL_MAX__ ? 1.0 / __builtin_sqrt(square) : __builtin_nan("");
}

/// The work of one call of visionzip_assign on at most kBlock merged tokens.
struct Block {
  const VisionZipSelectArgs& a;
  const int32_t* token;
  int64_t rows;
  float panel[kDepth * kLanes];
  F32x16 dot[kBlock];
  Best best[kBlock];

  /// Components [depth, depth + count) of targets [tile, tile + 16), transposed and normalised.
  /// False when a target is not finite.
  bool fill_panel(int64_t tile, int64_t depth, int64_t count) {
    bool finite = true;
    for (int lane = 0; lane < kLanes; lane++) {
      if (tile + lane >= a.counts.target) {
        for (int64_t k = 0; k < count; k++) panel[k * kLanes + lane] = 0.0f;
        continue;
      }
      const float* key = a.key_mean + a.lists.target[tile + lane] * a.dim;
      const double scale = inverse_length(key, a.dim);
      finite &= scale == scale;
      for (int64_t k = 0; k < count; k++) {
        panel[k * kLanes + lane] = static_cast<float>(key[depth + k] * scale);
      }
    }
    return finite;
  }

  /// dot[row .. row + kCount) += keys x panel
  template <int kCount>
  TKZ_INLINE void multiply(int64_t row, int64_t depth, int64_t count) {
    const float* key[kCount];
    F32x16 sum[kCount];
    for (int r = 0; r < kCount; r++) {
      key[r] = a.key_mean + token[row + r] * a.dim + depth;
      sum[r] = depth == 0 ? splat(0.0f) : dot[row + r];
    }
    for (int64_t k = 0; k < count; k++) {
      const F32x16 targets = load(panel + k * kLanes);
      for (int r = 0; r < kCount; r++) sum[r] = sum[r] + splat(key[r][k]) * targets;
    }
    for (int r = 0; r < kCount; r++) dot[row + r] = sum[r];
  }

  /// Similarities to the sixteen targets of a tile, into `dot`. False when a target is not finite.
  bool compare_with_tile(int64_t tile) {
    bool finite = true;
    for (int64_t depth = 0; depth < a.dim; depth += kDepth) {
      const int64_t count = a.dim - depth < kDepth ? a.dim - depth : kDepth;
      finite &= fill_panel(tile, depth, count);
      int64_t row = 0;
      for (; row + kRows <= rows; row += kRows) multiply<kRows>(row, depth, count);
      for (; row < rows; row++) multiply<1>(row, depth, count);
    }
    return finite;
  }

  bool assign(int32_t* assigned) {
    bool finite = true;
    const F32x16 lowest = splat(-__builtin_inff());
    for (int64_t row = 0; row < rows; row++) best[row] = {lowest, splat(0)};
    for (int64_t tile = 0; tile < a.counts.target; tile += kLanes) {
      finite &= compare_with_tile(tile);
      const I32x16 target = lane_index() + splat(static_cast<int32_t>(tile));
      const I32x16 exists = splat(static_cast<int32_t>(a.counts.target)) > target;
      for (int64_t row = 0; row < rows; row++) {
        const I32x16 better = (dot[row] > best[row].similarity) & exists;
        best[row].similarity = select(better, dot[row], best[row].similarity);
        best[row].target = select(better, target, best[row].target);
      }
    }
    for (int64_t row = 0; row < rows; row++) {
      const float similarity = best_lane(best[row], assigned + row);
      finite &= similarity - similarity == 0.0f;
    }
    return finite;
  }
};

}  // namespace

bool visionzip_assign(const VisionZipSelectArgs& a, int64_t begin, int64_t end) {
  bool finite = true;
  for (int64_t first = begin; first < end; first += kBlock) {
    const int64_t rows = end - first < kBlock ? end - first : kBlock;
    Block block{a, a.lists.merged + first, rows, {}, {}, {}};
    finite &= block.assign(a.lists.assign + first);
  }
  return finite;
}

}  // namespace tkz::cpu::TKZ_ISA
