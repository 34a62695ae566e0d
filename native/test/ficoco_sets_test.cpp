// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Mean logits and the steps of FiCoCo-V's layer: the same bits with every instruction set.
#include "instruction_sets.h"
#include "tensors.h"

using namespace test;
using namespace tkz;

namespace {

constexpr int64_t kPatches = 75, kHeads = 4, kKeyHeads = 2, kRemoved = 21, kWidth = 1100;

using Bytes = std::vector<unsigned char>;

template <class T>
Bytes raw(const std::vector<T>& v) {
  const unsigned char* p = reinterpret_cast<const unsigned char*>(v.data());
  return {p, p + v.size() * sizeof v[0]};
}

std::vector<Bytes> everything(const cpu::Kernels& k, int32_t dtype, int64_t dim, bool softmax) {
  Tensor query(dtype, {kPatches + 1, kHeads, dim}), keys(dtype, {kPatches + 1, kKeyHeads, dim});
  Tensor tokens(dtype, {kPatches, kWidth}), out(dtype, {kPatches - kRemoved, kWidth});
  query.randomize(1);
  keys.randomize(2);
  tokens.randomize(3);

  FicocoLogitsArgs logits = {};
  logits.in.dtype = static_cast<DType>(dtype);
  logits.in.batch = 1;
  logits.in.heads = kHeads;
  logits.in.key_heads = kKeyHeads;
  logits.in.tokens = kPatches + 1;
  logits.in.dim = dim;
  logits.in.query = query.view.data;
  logits.in.query_stride_token = query.view.stride[0];
  logits.in.query_stride_head = query.view.stride[1];
  logits.in.keys = keys.view.data;
  logits.in.keys_stride_token = keys.view.stride[0];
  logits.in.keys_stride_head = keys.view.stride[1];
  logits.in.scale = 0.3f;
  logits.first = 1;
  std::vector<float> sums(static_cast<size_t>(logits.tiles() * logits.channels()));
  std::vector<float> mean(static_cast<size_t>(logits.channels())), emitted(kPatches), cls(kPatches);
  logits.sums = sums.data();
  logits.mean = mean.data();
  logits.emitted = emitted.data();
  logits.cls = cls.data();
  k.ficoco_keys(logits, 0, logits.tiles());
  k.ficoco_key_mean(logits, 0, logits.channels());
  k.ficoco_emitted(logits, 0, kPatches);

  cpu::AttentionBlock block = {};
  block.rows = kRemoved;
  block.columns = kPatches - kRemoved;
  for (int64_t r = 0; r < block.rows; r++) block.row_token[r] = 3 * r - 1;
  for (int64_t c = 0; c < block.columns; c++) block.column_token[c] = c == 7 ? -1 : c;
  std::vector<float> correlation(static_cast<size_t>(block.rows * block.columns));
  k.head_mean_logits(logits.in, block, correlation.data(), block.columns);
  for (float& z : correlation) z = softmax ? z : z * z;

  std::vector<int32_t> targets(kRemoved * 4), count(kRemoved), rows, columns;
  std::vector<float> weights(kRemoved * 4);
  std::vector<FicocoShare> share(kRemoved);
  const FicocoSharesArgs shares = {1,
                                   {0, kPatches, kRemoved},
                                   {},
                                   4,
                                   3,
                                   0.0,
                                   softmax,
                                   correlation.data(),
                                   block.columns,
                                   targets.data(),
                                   weights.data(),
                                   count.data(),
                                   share.data()};
  for (int64_t row = 0; row < kRemoved; row++) k.ficoco_share(shares, row);

  for (int32_t i = 0; i < kPatches; i++) (i < kRemoved ? rows : columns).push_back(i);
  const FicocoMergeArgs merge = {static_cast<DType>(dtype),
                                 1,
                                 {0, kPatches, kRemoved},
                                 {},
                                 kWidth,
                                 softmax,
                                 correlation.data(),
                                 block.columns,
                                 share.data(),
                                 rows.data(),
                                 columns.data(),
                                 tokens.view.data,
                                 0,
                                 kWidth,
                                 out.view.data,
                                 0,
                                 kWidth,
                                 nullptr};
  k.ficoco_merge(merge, 0, block.columns);
  return {raw(sums),    raw(mean),    raw(emitted), raw(cls),   raw(correlation),
          raw(targets), raw(weights), raw(count),   raw(share), out.bytes()};
}

}  // namespace

int main() {
  for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
    for (const int64_t dim : {7, 64, 72}) {
      for (const bool softmax : {false, true}) {
        expect_same_on_every_set(
            "dtype " + std::to_string(dtype) + " d " + std::to_string(dim),
            [&](const cpu::Kernels& k) { return everything(k, dtype, dim, softmax); });
      }
    }
  }
  return result();
}
