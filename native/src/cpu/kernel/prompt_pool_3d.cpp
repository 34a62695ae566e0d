// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Windows read where their tokens lie. A few rows go side by side, so that a channel's sum stays in
// a register while they are added; the sums of a run of channels stay in the first-level cache
// while the window passes.
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Channels whose sums stay in the first-level cache.
constexpr int64_t kTile = 2048;
/// Cells of a window that are dealt with together.
constexpr int64_t kCells = 64;
/// Rows read side by side; they are still added one after the other.
constexpr int kRows = 6;

/// One window of a picture.
template <class T>
struct Window {
  const PromptPool3dArgs& a;
  const T* tokens;      // of its first cell
  const float* weight;  // of its first cell; null: all alike
  int64_t cells;
  float maximum, total;

  /// Weights of cells [first, first + count), and their tokens' rows when `row` is given.
  void gather(int64_t first, int64_t count, float* weights, const T** row) const {
    int64_t column = first % a.kernel[2];
    int64_t line = first / a.kernel[2] % a.kernel[1];
    int64_t frame = first / a.kernel[2] / a.kernel[1];
    for (int64_t i = 0; i < count; i++) {
      weights[i] = weight == nullptr
                       ? 0.0f
                       : weight[frame * a.weight_stride[1] + line * a.weight_stride[2] + column];
      if (row != nullptr) {
        row[i] = tokens + frame * a.tokens_stride[1] + line * a.tokens_stride[2] +
                 column * a.tokens_stride[3];
      }
      if (++column < a.kernel[2]) continue;
      column = 0;
      if (++line < a.kernel[1]) continue;
      line = 0;
      frame++;
    }
  }

  /// e^((weight - maximum) / temperature), in place; 0 below e^-64, so that no product with an
  /// ordinary token is subnormal, which some machines take a hundred times as long for.
  void exponentials(float* weights, int64_t count) const {
    for (int64_t i = 0; i < count; i += kLanes) {
      const F32x16 x = (load(weights + i) - splat(maximum)) / splat(a.temperature);
      store(select(splat(-64.0f) > x, splat(0.0f), exp_nonpositive(x)), weights + i);
    }
  }

  void measure() {
    float weights[kCells + kLanes] = {};
    maximum = -__builtin_inff();
    for (int64_t first = 0; first < cells; first += kCells) {
      const int64_t count = cells - first < kCells ? cells - first : kCells;
      gather(first, count, weights, nullptr);
      for (int64_t i = 0; i < count; i++) maximum = weights[i] > maximum ? weights[i] : maximum;
    }
    total = 0.0f;
    for (int64_t first = 0; first < cells; first += kCells) {
      const int64_t count = cells - first < kCells ? cells - first : kCells;
      gather(first, count, weights, nullptr);
      exponentials(weights, count);
      for (int64_t i = 0; i < count; i++) total += weights[i];
    }
  }

  /// Cells [first, first + count) that count: their weights and rows. Returns how many.
  int64_t shares(int64_t first, int64_t count, float* weights, const T** row) const {
    gather(first, count, weights, row);
    exponentials(weights, count);
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
      const float share = weights[i] / total;
      if (share == 0.0f) continue;
      weights[kept] = share;
      row[kept++] = row[i];
    }
    return kept;
  }
};

/// sum[c] = ((sum[c] + w0 * row0[c]) + w1 * row1[c]) + ... for kCount rows.
template <class T, int kCount>
TKZ_INLINE void add_rows(const T* const* rows, const float* weights, int64_t offset,
                         int64_t channels, float* sum) {
  const T* row[kCount];
  F32x16 weight[kCount];
  for (int r = 0; r < kCount; r++) {
    row[r] = rows[r] + offset;
    weight[r] = splat(weights[r]);
  }
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    F32x16 total = load(sum + c);
    for (int r = 0; r < kCount; r++) total = total + weight[r] * load(row[r] + c);
    store(total, sum + c);
  }
  if (c < channels) {
    F32x16 total = load(sum + c);
    for (int r = 0; r < kCount; r++) {
      total = total + weight[r] * load_first(row[r] + c, channels - c);
    }
    store(total, sum + c);
  }
}

template <class T>
void pool(const PromptPool3dArgs& a, int64_t begin, int64_t end) {
  for (int64_t v = begin; v < end; v++) {
    const int64_t at[3] = {v / a.output[2] / a.output[1], v / a.output[2] % a.output[1],
                           v % a.output[2]};
    int64_t token = 0, weight = 0;
    T* out = static_cast<T*>(a.out);
    for (int i = 0; i < 3; i++) {
      token += at[i] * a.stride[i] * a.tokens_stride[i + 1];
      weight += at[i] * a.stride[i] * a.weight_stride[i + 1];
      out += at[i] * a.out_stride[i + 1];
    }
    Window<T> window = {a,
                        static_cast<const T*>(a.tokens) + token,
                        a.weight == nullptr ? nullptr : a.weight + weight,
                        a.kernel[0] * a.kernel[1] * a.kernel[2],
                        0.0f,
                        0.0f};
    window.measure();
    for (int64_t tile = 0; tile < a.dim; tile += kTile) {
      const int64_t channels = a.dim - tile < kTile ? a.dim - tile : kTile;
      float sum[kTile + kLanes];
      for (int64_t c = 0; c < channels + kLanes; c++) sum[c] = 0.0f;
      for (int64_t first = 0; first < window.cells; first += kCells) {
        float weights[kCells + kLanes] = {};
        const T* row[kCells];
        const int64_t left = window.cells - first;
        const int64_t kept = window.shares(first, left < kCells ? left : kCells, weights, row);
        int64_t r = 0;
        for (; r + kRows <= kept; r += kRows) {
          add_rows<T, kRows>(row + r, weights + r, tile, channels, sum);
        }
        for (; r < kept; r++) add_rows<T, 1>(row + r, weights + r, tile, channels, sum);
      }
      int64_t c = 0;
      for (; c + kLanes <= channels; c += kLanes) store_rounded(load(sum + c), out + tile + c);
      if (c < channels) store_first(load(sum + c), out + tile + c, channels - c);
    }
  }
}

}  // namespace

void prompt_pool_3d(const PromptPool3dArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype,
               [&](auto storage) { pool<typename decltype(storage)::Type>(a, begin, end); });
}

}  // namespace tkz::cpu::TKZ_ISA
