// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The inner loops of the cosine operators give the same bits on every instruction set this machine
// has.
#include "instruction_sets.h"
#include "tensors.h"

using namespace test;
using namespace tkz;

namespace {

std::vector<std::vector<unsigned char>> everything(const cpu::Kernels& k, int32_t dtype,
                                                   int64_t dim, bool centred) {
  const int64_t tokens = 83, wanted = 5;
  Tensor x(dtype, {1, tokens, dim}, Memory::kPadded);
  x.randomize(7);
  Tensor mean(TKZ_F32, {dim}), norm(TKZ_F32, {tokens, 2}), matrix(TKZ_F32, {tokens, tokens});
  Tensor best(TKZ_F32, {tokens}), similarity(TKZ_F32, {tokens, wanted});
  Tensor unit_mean(TKZ_F32, {dim}), mean_cosine(TKZ_F32, {tokens});
  Tensor index(TKZ_F32, {tokens}), near(TKZ_F32, {tokens, wanted});  // as raw 32-bit memory
  const auto floats = [](Tensor& t) { return static_cast<float*>(t.view.data); };
  const auto integers = [](Tensor& t) { return static_cast<int32_t*>(t.view.data); };
  const DType type = static_cast<DType>(dtype);
  CosineRows rows = {};
  rows.data = x.view.data;
  rows.stride_token = x.view.stride[1];
  rows.tokens = tokens;
  rows.norm = static_cast<RowNorm*>(norm.view.data);
  rows.mean = centred ? floats(mean) : nullptr;
  if (centred) k.row_mean(type, rows, dim, false, 0, dim);
  k.row_norm(type, rows, dim, 0, tokens);
  k.cosine_matrix({type, 1, dim, rows, floats(matrix), nullptr}, tokens, 0, tokens);
  k.cosine_assign({type, 1, dim, rows, rows, true, integers(index), floats(best), nullptr}, 0,
                  tokens);
  k.top_neighbours(
      {type, 1, dim, wanted, rows, rows, true, true, integers(near), floats(similarity), nullptr},
      0, tokens);
  rows.mean = floats(unit_mean);
  k.row_mean(type, rows, dim, true, 0, dim);
  k.mean_cosine({type, 1, dim, rows, floats(mean_cosine), nullptr}, 0, tokens);
  return {mean.bytes(), norm.bytes(),       matrix.bytes(),    best.bytes(),       index.bytes(),
          near.bytes(), similarity.bytes(), unit_mean.bytes(), mean_cosine.bytes()};
}

}  // namespace

int main() {
  for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
    for (const int64_t dim : {3, 64, 301}) {
      for (const bool centred : {false, true}) {
        expect_same_on_every_set(
            "dtype " + std::to_string(dtype) + " d " + std::to_string(dim),
            [&](const cpu::Kernels& k) { return everything(k, dtype, dim, centred); });
      }
    }
  }
  return result();
}
