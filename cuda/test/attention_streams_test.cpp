// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels over attention tiles against a softmax in fp64, and ragged batches against their pictures
// alone, bit for bit.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t heads, key_heads, dim;
  bool aligned;
  std::vector<int32_t> counts;
};

struct Result {
  std::vector<float> lse, scores, logits, probabilities;
  std::vector<int32_t> non_finite;
};

constexpr int64_t kListed = 3;

/// All four kernels over a batch. Lists hold the first, no and the last token of every picture.
Result call(const AttentionInputs& in, const std::vector<int32_t>& counts) {
  const int64_t longest = in.longest();
  std::vector<int32_t> list;
  for (const int32_t count : counts) {
    for (const int32_t token : {count > 0 ? 0 : -1, -1, count - 1}) list.push_back(token);
  }
  Buffer rows(list.size() * sizeof(int32_t));
  std::copy_n(reinterpret_cast<const unsigned char*>(list.data()), rows.host().size(),
              rows.host().begin());
  rows.upload();
  Output<float> lse(in.batch * in.heads * longest), listed(in.batch * in.heads * kListed);
  Output<float> partials(in.batch * in.heads * longest), scores(in.batch * longest);
  Output<float> logits(in.batch * kListed * longest), probabilities(in.batch * kListed * longest);
  Output<int32_t> non_finite(in.batch);

  RowLseArgs of_all = {in, nullptr, {lse.device(), true, longest}};
  CHECK(backend::row_lse(of_all, nullptr) == 0);
  AttentionReceivedArgs received = {};
  received.in = in;
  received.rows = {1, -1};
  received.columns = {0, -1};
  received.width = longest;
  received.lse = of_all.lse;
  received.partials = partials.device();
  received.scores = scores.device();
  received.non_finite = non_finite.device();
  CHECK(backend::attention_received(received, nullptr) == 0);
  RowLseArgs of_list = {in, rows.device<int32_t>(), {listed.device(), true, kListed}};
  CHECK(backend::row_lse(of_list, nullptr) == 0);
  HeadMeanArgs mean = {};
  mean.in = in;
  mean.row_index = of_list.row_index;
  mean.rows = kListed;
  mean.columns = longest;
  mean.out = logits.device();
  CHECK(backend::head_mean_logits(mean, nullptr) == 0);
  mean.lse = of_list.lse;
  mean.out = probabilities.device();
  CHECK(backend::head_mean_probabilities(mean, nullptr) == 0);
  return {lse.values(), scores.values(), logits.values(), probabilities.values(),
          non_finite.values()};
}

void run(const Case& c) {
  const int64_t batch = static_cast<int64_t>(c.counts.size());
  std::vector<int32_t> offsets = {0};
  for (const int32_t count : c.counts) offsets.push_back(offsets.back() + count);
  const int64_t total = offsets.back();
  const int64_t longest = *std::max_element(c.counts.begin(), c.counts.end());
  current_case = std::string(name_of(c.dtype)) + " H" + std::to_string(c.heads) + " d" +
                 std::to_string(c.dim) + " S" + std::to_string(longest);
  std::mt19937 random(static_cast<unsigned>(total * 31 + c.dim));
  std::normal_distribution<float> normal;
  const auto tensor = [&](int64_t heads) {
    const int64_t row = c.dim + (c.aligned ? 0 : 1);
    return Input(c.dtype, {1, heads, total, c.dim}, {heads * total * row, total * row, row, 1},
                 c.aligned ? 0 : 1, [&] { return normal(random); });
  };
  Input query = tensor(c.heads), keys = tensor(c.key_heads);
  Buffer offset_buffer(offsets.size() * sizeof(int32_t));
  std::copy_n(reinterpret_cast<const unsigned char*>(offsets.data()), offset_buffer.host().size(),
              offset_buffer.host().begin());
  offset_buffer.upload();
  AttentionInputs in = {};
  in.dtype = c.dtype;
  in.batch = batch;
  in.heads = c.heads;
  in.key_heads = c.key_heads;
  in.tokens = total;
  in.dim = c.dim;
  in.query = query.device();
  in.query_stride_batch = query.stride(0);
  in.query_stride_head = query.stride(1);
  in.query_stride_token = query.stride(2);
  in.keys = keys.device();
  in.keys_stride_batch = keys.stride(0);
  in.keys_stride_head = keys.stride(1);
  in.keys_stride_token = keys.stride(2);
  in.scale = 0.21f;
  in.ragged = {offset_buffer.device<int32_t>(), total, longest};

  Result first;
  repeat([&] {
    const Result got = call(in, c.counts);
    if (!first.scores.empty()) {
      CHECK(same_bits(got.lse, first.lse) && same_bits(got.scores, first.scores));
      CHECK(same_bits(got.logits, first.logits));
      CHECK(same_bits(got.probabilities, first.probabilities));
      return;
    }
    first = got;
    CHECK(got.non_finite == std::vector<int32_t>(batch, 0));
  });
  for (int64_t b = 0; b < batch; ++b) {
    const int64_t count = c.counts[b];
    std::vector<double> mean_logit(count * count), mean(count * count);
    for (int64_t h = 0; h < c.heads; ++h) {
      const int64_t key_head = h / (c.heads / c.key_heads);
      for (int64_t i = 0; i < count; ++i) {
        std::vector<double> logit(count);
        double sum = 0;
        for (int64_t j = 0; j < count; ++j) {
          for (int64_t k = 0; k < c.dim; ++k) {
            logit[j] += 0.21f * query.at({0, h, offsets[b] + i, k}) *
                        keys.at({0, key_head, offsets[b] + j, k});
          }
          sum += std::exp(logit[j]);
        }
        const double lse = std::log(sum);
        CHECK(
            is_near(first.lse[(b * c.heads + h) * longest + i], lse, 3e-6 * (1 + std::fabs(lse))));
        for (int64_t j = 0; j < count; ++j) {
          mean_logit[i * count + j] += logit[j] / c.heads;
          mean[i * count + j] += std::exp(logit[j] - lse) / c.heads;
        }
      }
    }
    for (int64_t j = 0; j < longest; ++j) {
      double received = 0;
      for (int64_t i = 1; i < count && j < count; ++i) received += mean[i * count + j];
      if (count > 1) received /= count - 1;
      CHECK(is_near(first.scores[b * longest + j], received, 1e-5 * received));
      for (int64_t r = 0; r < kListed; ++r) {
        const int64_t i = r == 0 ? 0 : count - 1;
        const bool exists = r != 1 && j < count && count > 0;
        const int64_t at = (b * kListed + r) * longest + j;
        CHECK(is_near(first.logits[at], exists ? mean_logit[i * count + j] : 0.0, 3e-6));
        CHECK(is_near(first.probabilities[at], exists ? mean[i * count + j] : 0.0, 2e-6));
      }
    }
    // The picture alone.
    AttentionInputs alone = in;
    const int64_t element = static_cast<int64_t>(size_of(c.dtype));
    alone.batch = 1;
    alone.tokens = count;
    alone.query = static_cast<const char*>(in.query) + offsets[b] * in.query_stride_token * element;
    alone.keys = static_cast<const char*>(in.keys) + offsets[b] * in.keys_stride_token * element;
    alone.ragged = {nullptr, 0, 0};
    if (count == 0) continue;
    const Result one = call(alone, {c.counts[b]});
    for (int64_t j = 0; j < count; ++j) {
      CHECK(one.scores[j] == first.scores[b * longest + j]);
      for (int64_t r = 0; r < kListed; ++r) {
        const int64_t at = (b * kListed + r) * longest + j;
        CHECK(one.logits[r * count + j] == first.logits[at]);
        CHECK(one.probabilities[r * count + j] == first.probabilities[at]);
      }
    }
  }
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    cases.push_back({dtype, 2, 2, 16, true, {65, 0, 1, 33}});
    cases.push_back({dtype, 2, 1, 72, true, {70}});
    cases.push_back({dtype, 1, 1, 7, false, {3, 64}});
  }
  cases.push_back({DType::kF16, 1, 1, 128, true, {129}});
  cases.push_back({DType::kF32, 1, 1, 128, true, {66}});
  for (const Case& c : cases) run(c);
  return summary("attention_streams", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
