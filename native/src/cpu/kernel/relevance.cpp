// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The mean of several cosines with one row is one dot product: with the sum of the text's unit
// vectors. It is formed once per range of tokens, and every row of features is read from memory
// once.
#include "cpu/kernel/exponential.h"
#include "cpu/kernel/kernel_set.h"
#include "cpu/kernel/storage.h"

namespace tkz::cpu::TKZ_ISA {
namespace {

/// Components of the text that one tile holds.
constexpr int64_t kTile = 8192;
/// Tokens whose exponentials are summed before the sum joins the rest: one running sum over all
/// frames of a video would lose digits.
constexpr int64_t kSumTokens = 1024;
/// Squares beyond these may overflow, or lose what underflows.
constexpr float kSmallestSquare = 0x1p-60f, kLargestSquare = 0x1p90f;

TKZ_INLINE float first_of(const float* p) { return *p; }
template <class T>
TKZ_INLINE float first_of(const T* p) {
  return sum(load_first(p, 1));
}

/// Length of a row. In double, where the squares of floats neither overflow nor vanish; NaN when
/// it is not finite.
template <class T>
double exact_length(const T* row, int64_t dim) {
  double partial[4] = {0.0, 0.0, 0.0, 0.0};
  for (int64_t c = 0; c < dim; c++) {
    const double x = first_of(row + c);
    partial[c % 4] += x * x;
  }
  const double square = (partial[0] + partial[2]) + (partial[1] + partial[3]);
  return square <= __DBL_MAX__ ? __builtin_sqrt(square) : __builtin_nan("");
}

/// Dot product of `count` components with `unit`, added to *dot, and their squares to *square.
template <class T>
TKZ_INLINE void add_products(const T* row, const float* unit, int64_t count, F32x16* dot,
                             F32x16* square) {
  F32x16 d = *dot, s = *square;
  int64_t c = 0;
  for (; c + kLanes <= count; c += kLanes) {
    const F32x16 x = load(row + c);
    d = d + x * load(unit + c);
    s = s + x * x;
  }
  if (c < count) {
    const F32x16 x = load_first(row + c, count - c);
    d = d + x * load(unit + c);
    s = s + x * x;
  }
  *dot = d;
  *square = s;
}

TKZ_INLINE bool is_ordinary(float square) {
  return square >= kSmallestSquare && square <= kLargestSquare;
}

template <class T>
float sum_of_squares(const T* row, int64_t dim) {
  F32x16 square = splat(0.0f);
  int64_t c = 0;
  for (; c + kLanes <= dim; c += kLanes) square = square + load(row + c) * load(row + c);
  if (c < dim) {
    const F32x16 x = load_first(row + c, dim - c);
    square = square + x * x;
  }
  return sum(square);
}

/// Components [first, first + count) of the sum of the unit vectors of a text, then zeros.
template <class T>
void sum_unit_vectors(const RelevanceArgs& a, int64_t first, int64_t count, float* out) {
  for (int64_t c = 0; c < count + kLanes; c++) out[c] = 0.0f;
  for (int64_t k = 0; k < a.segments; k++) {
    const T* row = static_cast<const T*>(a.text) + k * a.text_stride_segment;
    const float square = sum_of_squares(row, a.dim);
    if (!is_ordinary(square)) {
      const double length = exact_length(row, a.dim);
      const double inverse = length == 0.0 ? 0.0 : 1.0 / length;
      for (int64_t c = 0; c < count; c++) {
        out[c] += static_cast<float>(first_of(row + first + c) * inverse);
      }
      continue;
    }
    const F32x16 inverse = splat(1.0f / __builtin_sqrtf(square));
    int64_t c = 0;
    for (; c + kLanes <= count; c += kLanes) {
      store(load(out + c) + load(row + first + c) * inverse, out + c);
    }
    if (c < count) {
      store(load(out + c) + load_first(row + first + c, count - c) * inverse, out + c);
    }
  }
}

/// The same cosine for rows whose squares leave fp32.
template <class T>
float exact_cosine(const T* row, const float* unit, int64_t dim, double length) {
  double dot = 0.0;
  for (int64_t c = 0; c < dim; c++) dot += static_cast<double>(first_of(row + c)) * unit[c];
  return static_cast<float>(length == 0.0 ? dot : dot / length);
}

/// Tokens [begin, end) when the text fits into one tile.
template <class T>
void narrow(const RelevanceArgs& a, int64_t begin, int64_t end) {
  float unit[kTile + kLanes];
  sum_unit_vectors<T>(a, 0, a.dim, unit);
  const float segments = static_cast<float>(a.segments);
  for (int64_t t = begin; t < end; t++) {
    const T* row = static_cast<const T*>(a.features) + t * a.features_stride_token;
    F32x16 dot = splat(0.0f), square = splat(0.0f);
    add_products(row, unit, a.dim, &dot, &square);
    const float squares = sum(square);
    const float cosine = is_ordinary(squares)
                             ? sum(dot) / __builtin_sqrtf(squares)
                             : exact_cosine(row, unit, a.dim, exact_length(row, a.dim));
    a.scores[t] = a.scale * (cosine / segments);
  }
}

/// Tokens [begin, end) of any width, tile by tile; the scores hold what has been added so far.
template <class T>
void wide(const RelevanceArgs& a, int64_t begin, int64_t end) {
  for (int64_t t = begin; t < end; t++) a.scores[t] = 0.0f;
  for (int64_t tile = 0; tile < a.dim; tile += kTile) {
    float unit[kTile + kLanes];
    const int64_t count = a.dim - tile < kTile ? a.dim - tile : kTile;
    sum_unit_vectors<T>(a, tile, count, unit);
    for (int64_t t = begin; t < end; t++) {
      const T* row = static_cast<const T*>(a.features) + t * a.features_stride_token;
      const double length = exact_length(row, a.dim);
      a.scores[t] += exact_cosine(row + tile, unit, count, length);
    }
  }
  const float segments = static_cast<float>(a.segments);
  for (int64_t t = begin; t < end; t++) a.scores[t] = a.scale * (a.scores[t] / segments);
}

}  // namespace

void relevance(const RelevanceArgs& a, int64_t begin, int64_t end) {
  with_storage(a.dtype, [&](auto storage) {
    using T = typename decltype(storage)::Type;
    a.dim <= kTile ? narrow<T>(a, begin, end) : wide<T>(a, begin, end);
  });
}

void relevance_softmax(const RelevanceArgs& a) {
  const float lowest = -__builtin_inff();
  float* const scores = a.scores;
  const int64_t whole = a.tokens / kLanes * kLanes;
  const int64_t left = a.tokens - whole;

  F32x16 highest = splat(lowest);
  for (int64_t c = 0; c < whole; c += kLanes) {
    const F32x16 x = load(scores + c);
    highest = select(x > highest, x, highest);
  }
  if (left > 0) {
    const F32x16 x = load_first(scores + whole, left, lowest);
    highest = select(x > highest, x, highest);
  }
  const F32x16 maximum = splat(max(highest));

  F32x16 total = splat(0.0f);
  for (int64_t part = 0; part < whole; part += kSumTokens) {
    const int64_t last = whole - part < kSumTokens ? whole : part + kSumTokens;
    F32x16 sum = splat(0.0f);
    for (int64_t c = part; c < last; c += kLanes) {
      const F32x16 weight = exp_nonpositive(load(scores + c) - maximum);
      sum = sum + weight;
      store(weight, scores + c);
    }
    total = total + sum;
  }
  if (left > 0) {
    const F32x16 weight = exp_nonpositive(load_first(scores + whole, left, lowest) - maximum);
    total = total + weight;
    store_first(weight, scores + whole, left);
  }
  const F32x16 norm = splat(1.0f / sum(total));
  for (int64_t c = 0; c < whole; c += kLanes) store(load(scores + c) * norm, scores + c);
  if (left > 0) store_first(load_first(scores + whole, left) * norm, scores + whole, left);
}

}  // namespace tkz::cpu::TKZ_ISA
