// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

int64_t bytes_of(DType dtype, int64_t batch, const CosineRows& rows, int64_t dim) {
  return batch * rows.tokens * dim * size_of(dtype);
}

void find_means(DType dtype, int64_t batch, const CosineRows& rows, int64_t dim, bool unit,
                int threads) {
  for_each_range(batch, dim, 128, threads_for(bytes_of(dtype, batch, rows, dim), threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().row_mean(dtype, image_of(rows, dtype, dim, image), dim, unit, begin,
                                      end);
                 });
}

void find_norms(DType dtype, int64_t batch, const CosineRows& rows, int64_t dim, int threads) {
  for_each_range(batch, rows.tokens, 16, threads_for(bytes_of(dtype, batch, rows, dim), threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const CosineRows one = image_of(rows, dtype, dim, image);
                   kernels().row_norm(dtype, one, dim, begin, std::min(end, one.tokens));
                 });
}

void prepare(DType dtype, int64_t batch, const CosineRows& rows, int64_t dim, int threads) {
  if (rows.mean != nullptr) find_means(dtype, batch, rows, dim, false, threads);
  find_norms(dtype, batch, rows, dim, threads);
}

/// Whether every row of a picture that takes part is finite.
bool is_finite(const CosineRows& one) {
  for (int64_t i = 0; i < (one.list != nullptr ? one.listed : one.tokens); i++) {
    const int64_t row = one.list != nullptr ? one.list[i] : i;
    if (row >= 0 && row < one.tokens && !(one.norm[row].inverse >= 0.0f)) return false;
  }
  return true;
}

/// Threads for `products` multiply-adds, of which one takes about as long as a byte of traffic.
int threads_for_products(int64_t products, int threads) { return threads_for(products, threads); }

/// The steps that comparisons of two sides share; f(one, begin, end) compares sources of a picture.
template <class Args, class F>
void compare_sides(const Args& args, int threads, const F& f) {
  prepare(args.dtype, args.batch, args.source, args.dim, threads);
  if (!args.shared) prepare(args.dtype, args.batch, args.target, args.dim, threads);
  for (int64_t image = 0; image < args.batch && args.non_finite != nullptr; image++) {
    const Args one = image_of(args, image);
    args.non_finite[image] = is_finite(one.source) && is_finite(one.target) ? 0 : 1;
  }
  const int64_t sources = args.source.positions();
  const int64_t products = args.batch * sources * args.target.positions() * args.dim;
  for_each_range(args.batch, sources, 64, threads_for_products(products, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const Args one = image_of(args, image);
                   f(one, begin, std::min(end, one.source.positions()));
                 });
}

/// All but the flags.
void mean_cosine_in_step(const MeanCosineArgs& args, int threads) {
  CosineRows rows = args.rows;
  rows.mean = nullptr;
  find_norms(args.dtype, args.batch, rows, args.dim, threads);
  find_means(args.dtype, args.batch, args.rows, args.dim, true, threads);
  const int64_t bytes = bytes_of(args.dtype, args.batch, args.rows, args.dim);
  for_each_range(args.batch, rows.tokens, 16, threads_for(bytes, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const MeanCosineArgs one = image_of(args, image);
                   kernels().mean_cosine(one, begin, std::min(end, one.rows.tokens));
                 });
}

}  // namespace

void cosine_assign(const CosineAssignArgs& args, int threads) {
  compare_sides(args, threads, kernels().cosine_assign);
}

void top_neighbours(const TopNeighboursArgs& args, int threads) {
  compare_sides(args, threads, [&](const TopNeighboursArgs& one, int64_t begin, int64_t end) {
    if (one.wanted > 0) kernels().top_neighbours(one, begin, end);
  });
}

void cosine_matrix(const CosineMatrixArgs& args, int threads) {
  const int64_t tokens = args.rows.tokens;
  prepare(args.dtype, args.batch, args.rows, args.dim, threads);
  for (int64_t image = 0; image < args.batch && args.non_finite != nullptr; image++) {
    args.non_finite[image] = is_finite(image_of(args, image).rows) ? 0 : 1;
  }
  const int64_t products = args.batch * tokens * tokens / 2 * args.dim;
  for_each_range(args.batch, tokens, 64, threads_for_products(products, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().cosine_matrix(image_of(args, image), tokens, begin, end);
                 });
}

void mean_cosine(const MeanCosineArgs& args, int threads) {
  const int team = threads_for(bytes_of(args.dtype, args.batch, args.rows, args.dim), threads);
  if (args.batch < team) {
    mean_cosine_in_step(args, threads);
  } else {  // what one step has read of a picture the next one finds in the cache
    for_each_range(args.batch, 1, 1, team, [&](int64_t image, int64_t, int64_t) {
      MeanCosineArgs one = image_of(args, image);
      one.batch = 1;
      mean_cosine_in_step(one, 1);
    });
  }
  for (int64_t image = 0; image < args.batch && args.non_finite != nullptr; image++) {
    args.non_finite[image] = is_finite(image_of(args, image).rows) ? 0 : 1;
  }
}

}  // namespace tkz::cpu
