// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The three launches of VisionZip in a CUDA graph: every replay leaves the bits of plain launches,
// also after the inputs have changed under the graph. For a GPU only.
#include "common/selection_rule.h"
#include "support.h"

namespace tkz::test {
namespace {

constexpr int64_t kBatch = 2, kHeads = 16, kTokens = 577, kHeadDim = 64, kDim = 1024;

void must(cudaError_t error) {
  if (error == cudaSuccess) return;
  fprintf(stderr, "%s: %s\n", cudaGetErrorName(error), cudaGetErrorString(error));
  exit(1);
}

/// Inputs and outputs of a call at the published budget, at fixed addresses.
class VisionZip {
 public:
  /// The three launches on `stream`.
  void launch(cudaStream_t stream) {
    ClsLogitsKeyMeanArgs score = {};
    score.dtype = DType::kF16;
    score.batch = kBatch;
    score.heads = kHeads;
    score.tokens = kTokens;
    score.dim = kHeadDim;
    score.query = query_.device();
    score.query_stride_batch = query_.stride(0);
    score.query_stride_head = query_.stride(1);
    score.keys = keys_.device();
    score.keys_stride_batch = keys_.stride(0);
    score.keys_stride_head = keys_.stride(1);
    score.keys_stride_token = keys_.stride(2);
    score.scale = 0.125f;
    score.logits = logits_.device();
    score.key_mean = key_mean_.device();
    CHECK(backend::cls_logits_key_mean(score, stream) == 0);

    VisionZipSelectArgs select = {};
    select.batch = kBatch;
    select.heads = kHeads;
    select.tokens = kTokens;
    select.dim = kHeadDim;
    select.has_cls = true;
    select.counts = counts_;
    select.logits = logits_.device();
    select.logits_stride_head = select.tokens;
    select.key_mean = key_mean_.device();
    select.lists = {dominant_.device(), target_.device(), merged_.device(), assign_.device(),
                    offset_.device(),   member_.device(), scores_.device(), non_finite_.device()};
    CHECK(backend::visionzip_select(select, stream) == 0);

    VisionZipMergeArgs merge = {};
    merge.dtype = DType::kF16;
    merge.batch = kBatch;
    merge.tokens = kTokens;
    merge.dim = kDim;
    merge.counts = counts_;
    merge.mode = MergeMode::kTargetPlusMean;
    merge.input = tokens_.device();
    merge.input_stride_batch = tokens_.stride(0);
    merge.input_stride_token = tokens_.stride(1);
    merge.dominant = dominant_.device();
    merge.target = target_.device();
    merge.member_offset = offset_.device();
    merge.member = member_.device();
    merge.out = out_.device();
    merge.out_stride_batch = rows() * kDim;
    merge.out_stride_token = kDim;
    CHECK(backend::visionzip_merge(merge, stream) == 0);
  }

  /// Output tokens, then the assignment that led to them.
  std::vector<uint16_t> bits() {
    std::vector<uint16_t> bits = out_.values();
    for (const int32_t target : assign_.values()) bits.push_back(static_cast<uint16_t>(target));
    return bits;
  }

  void clear() { must(cudaMemset(out_.device(), 0, kBatch * rows() * kDim * sizeof(uint16_t))); }

  /// Another CLS query, at the same address.
  void change_query() {
    for (int64_t b = 0; b < kBatch; ++b) {
      for (int64_t h = 0; h < kHeads; ++h) {
        for (int64_t e = 0; e < kHeadDim; ++e) query_.set({b, h, e}, normal_(random_));
      }
    }
    query_.upload();
  }

 private:
  int64_t rows() const { return counts_.dominant + counts_.target; }

  Input input(const std::vector<int64_t>& shape) {
    return Input(DType::kF16, shape, contiguous(shape), 0, [this] { return normal_(random_); });
  }

  std::mt19937 random_{1};
  std::normal_distribution<float> normal_;
  VisionZipCounts counts_ = visionzip_counts(54, 10, kTokens);
  Input query_ = input({kBatch, kHeads, kHeadDim}),
        keys_ = input({kBatch, kHeads, kTokens, kHeadDim}),
        tokens_ = input({kBatch, kTokens, kDim});
  Output<float> logits_{kBatch * kHeads * kTokens}, key_mean_{kBatch * kTokens * kHeadDim},
      scores_{kBatch * (kTokens - 1)};
  Output<int32_t> dominant_{kBatch * counts_.dominant}, target_{kBatch * counts_.target},
      merged_{kBatch * counts_.merged}, assign_{kBatch * counts_.merged},
      offset_{kBatch * (counts_.target + 1)}, member_{kBatch * counts_.merged}, non_finite_{kBatch};
  Output<uint16_t> out_{kBatch * (counts_.dominant + counts_.target) * kDim};
};

int main() {
  current_case = "graph of three launches";
  must(static_cast<cudaError_t>(backend::preload()));
  cudaStream_t stream;
  must(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  VisionZip visionzip;
  cudaGraph_t graph;
  must(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  visionzip.launch(stream);
  must(cudaStreamEndCapture(stream, &graph));
  size_t nodes = 0;
  must(cudaGraphGetNodes(graph, nullptr, &nodes));
  CHECK(nodes == 3);
  cudaGraphExec_t replay;
  must(cudaGraphInstantiate(&replay, graph, 0));

  std::vector<uint16_t> previous;
  for (int query = 0; query < 3; ++query) {
    visionzip.change_query();
    visionzip.launch(stream);
    must(cudaStreamSynchronize(stream));
    const std::vector<uint16_t> expected = visionzip.bits();
    CHECK(expected != previous);
    for (int i = 0; i < 5; ++i) {
      visionzip.clear();
      must(cudaDeviceSynchronize());
      must(cudaGraphLaunch(replay, stream));
      must(cudaStreamSynchronize(stream));
      CHECK(visionzip.bits() == expected);
    }
    previous = expected;
  }
  must(cudaGraphExecDestroy(replay));
  must(cudaGraphDestroy(graph));
  must(cudaStreamDestroy(stream));
  return summary("visionzip graph", 3);
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
