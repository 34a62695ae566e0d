// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Relevance and pooling: every instruction set this machine has gives the bits of the most ordinary
// one.
#include "instruction_sets.h"
#include "tensors.h"

using namespace test;
using namespace tkz;

namespace {

std::vector<unsigned char> everything(const cpu::Kernels& k, int32_t dtype, int64_t dim) {
  Tensor features(dtype, {1, 50, dim}), text(dtype, {1, 3, dim}), scores(TKZ_F32, {1, 50});
  features.randomize(1);
  text.randomize(2);
  for (int64_t p = 0; p < dim; p++) features.set({0, 7, p}, 0.0f);
  RelevanceArgs score = {};
  score.dtype = static_cast<DType>(dtype);
  score.batch = 1;
  score.tokens = 50;
  score.dim = dim;
  score.segments = 3;
  score.features = features.view.data;
  score.features_stride_token = features.view.stride[1];
  score.text = text.view.data;
  score.text_stride_segment = text.view.stride[1];
  score.scale = 70.0f;
  score.softmax = true;
  score.scores = static_cast<float*>(scores.view.data);
  k.relevance(score, 0, 50);
  k.relevance_softmax(score);

  Tensor tokens(dtype, {1, 3, 9, 9, dim}), weight(TKZ_F32, {1, 3, 9, 9});
  Tensor out(dtype, {1, 2, 2, 1, dim});
  tokens.randomize(3);
  weight.randomize(4);
  PromptPool3dArgs pool = {};
  pool.dtype = static_cast<DType>(dtype);
  pool.batch = 1;
  pool.dim = dim;
  pool.temperature = 0.03f;
  pool.tokens = tokens.view.data;
  pool.weight = static_cast<const float*>(weight.view.data);
  pool.out = out.view.data;
  const int64_t extent[] = {3, 9, 9}, kernel[] = {2, 5, 8}, stride[] = {1, 4, 8},
                output[] = {2, 2, 1};
  for (int i = 0; i < 3; i++) {
    pool.extent[i] = extent[i];
    pool.kernel[i] = kernel[i];
    pool.stride[i] = stride[i];
    pool.output[i] = output[i];
  }
  for (int i = 0; i < 4; i++) {
    pool.tokens_stride[i] = tokens.view.stride[i];
    pool.weight_stride[i] = weight.view.stride[i];
    pool.out_stride[i] = out.view.stride[i];
  }
  k.prompt_pool_3d(pool, 0, 4);
  std::vector<unsigned char> all = scores.bytes();
  all.insert(all.end(), out.bytes().begin(), out.bytes().end());
  return all;
}

}  // namespace

int main() {
  for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
    for (const int64_t dim : {16, 301}) {
      expect_same_on_every_set("dtype " + std::to_string(dtype) + " d " + std::to_string(dim),
                               [&](const cpu::Kernels& k) { return everything(k, dtype, dim); });
    }
  }
  return result();
}
