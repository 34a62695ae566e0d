// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/operators.h"
#include "cpu/parallel.h"

namespace tkz::cpu {
namespace {

int64_t row_bytes(const AttentionMap& map) {
  return map.batch * map.heads * map.tokens * size_of(map.dtype);
}

}  // namespace

void attention_row_from_map(const AttentionRowFromMapArgs& args, int threads) {
  for_each_range(args.map.batch, args.map.tokens, 64, threads_for(row_bytes(args.map), threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const AttentionRowFromMapArgs one = image_of(args, image);
                   end = std::min(end, one.map.tokens);
                   if (begin < end) kernels().attention_row_from_map(one, begin, end);
                 });
}

void attention_received_from_map(const AttentionReceivedFromMapArgs& args, int threads) {
  for_each_range(args.map.batch, args.width, 64,
                 threads_for(row_bytes(args.map) * args.map.tokens, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   kernels().attention_received_from_map(image_of(args, image), begin, end);
                 });
}

void head_mean_map(const HeadMeanMapArgs& args, int threads) {
  for_each_range(args.map.batch, args.map.tokens, 1,
                 threads_for(row_bytes(args.map) * args.map.tokens, threads),
                 [&](int64_t image, int64_t begin, int64_t end) {
                   const int64_t count = args.map.ragged.picture(image, args.map.tokens).count;
                   kernels().head_mean_map(image_of(args, image), count, begin, end);
                 });
}

}  // namespace tkz::cpu
