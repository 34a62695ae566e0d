// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every instruction set this machine has gives the bits of the most ordinary one.
#include "cpu/image.h"
#include "cpu/kernels.h"
#include "cpu/token_lists.h"
#include "expect.h"
#include "selection.h"

using namespace test;
using namespace tkz;

namespace {

/// All that the inner loops write for one image, as bytes.
std::vector<std::vector<unsigned char>> everything(const cpu::Kernels& k, int32_t dtype,
                                                   int64_t dim, int64_t width) {
  const int64_t heads = 19, tokens = 205;
  const tkz_visionzip_params params = budget(30, 21);
  Tensor query(dtype, {1, heads, dim}), keys(dtype, {1, heads, tokens, dim}, Memory::kPadded);
  Tensor input(dtype, {1, tokens, width}), map(dtype, {1, heads, tokens, tokens});
  Tensor logits(TKZ_F32, {1, heads, tokens}), key_mean(TKZ_F32, {1, tokens, dim});
  Tensor row(TKZ_F32, {1, tokens}), received(TKZ_F32, {1, tokens});
  query.randomize(1);
  keys.randomize(2);
  input.randomize(3, 300.0f);
  map.randomize(4);
  const DType type = static_cast<DType>(dtype);
  float* const logit_data = static_cast<float*>(logits.view.data);
  float* const mean_data = static_cast<float*>(key_mean.view.data);

  ClsLogitsKeyMeanArgs score = {};
  score.dtype = type;
  score.batch = 1;
  score.heads = heads;
  score.tokens = tokens;
  score.dim = dim;
  score.query = query.view.data;
  score.query_stride_head = query.view.stride[1];
  score.keys = keys.view.data;
  score.keys_stride_head = keys.view.stride[1];
  score.keys_stride_token = keys.view.stride[2];
  score.scale = 0.3f;
  score.logits = logit_data;
  score.key_mean = mean_data;
  k.cls_logits_key_mean(score, 0, tokens);

  AttentionMapArgs attention = {};
  attention.dtype = type;
  attention.batch = 1;
  attention.heads = heads;
  attention.tokens = tokens;
  attention.row = 7;
  attention.map = map.view.data;
  attention.map_stride_head = map.view.stride[1];
  attention.map_stride_row = map.view.stride[2];
  attention.scores = static_cast<float*>(row.view.data);
  k.attention_row(attention, 0, tokens);
  attention.scores = static_cast<float*>(received.view.data);
  k.attention_received(attention, 0, tokens);

  Selection lists(params, 1, tokens);
  VisionZipSelectArgs select = {};
  select.batch = 1;
  select.heads = heads;
  select.tokens = tokens;
  select.dim = dim;
  select.has_cls = true;
  select.counts = {lists.counts.dominant, lists.counts.target, lists.counts.merged};
  select.logits = logit_data;
  select.key_mean = mean_data;
  select.lists = {lists.view.dominant, lists.view.target,        lists.view.merged,
                  lists.view.assign,   lists.view.member_offset, lists.view.member,
                  lists.view.scores,   lists.view.non_finite};
  EXPECT_EQUAL(k.visionzip_score(select), true);
  cpu::split_tokens(k, select);
  EXPECT_EQUAL(k.visionzip_assign(select, 0, select.counts.merged), true);
  cpu::group_members(select.counts, select.lists);

  Tensor out(dtype, {1, lists.counts.out, width});
  VisionZipMergeArgs merge = {};
  merge.dtype = type;
  merge.batch = 1;
  merge.tokens = tokens;
  merge.dim = width;
  merge.counts = select.counts;
  merge.input = input.view.data;
  merge.input_stride_token = input.view.stride[1];
  merge.dominant = lists.view.dominant;
  merge.target = lists.view.target;
  merge.member_offset = lists.view.member_offset;
  merge.member = lists.view.member;
  merge.out = out.view.data;
  merge.out_stride_token = out.view.stride[1];
  k.visionzip_merge(merge, 0, lists.counts.out);

  const float* scores = static_cast<const float*>(input.view.data);
  const int64_t score_count = dtype == TKZ_F32 ? input.count() : input.count() / 2;
  std::vector<int32_t> listed(static_cast<size_t>(score_count), -1);
  listed.push_back(k.all_finite(scores, score_count));
  const cpu::TopScores cut = k.top_scores(scores, score_count, score_count / 3);
  EXPECT_EQUAL(k.list_chosen(scores, score_count, cut, listed.data(), score_count),
               score_count / 3);

  const auto raw = [](const auto& v) {
    const unsigned char* p = reinterpret_cast<const unsigned char*>(v.data());
    return std::vector<unsigned char>(p, p + v.size() * sizeof v[0]);
  };
  return {logits.bytes(),    key_mean.bytes(),  row.bytes(), received.bytes(), raw(lists.scores),
          raw(lists.assign), raw(lists.member), out.bytes(), raw(listed)};
}

}  // namespace

int main() {
  const cpu::Kernels* const* all = cpu::all_kernels();
  for (int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
    for (const int64_t dim : {64, 72, 301}) {
      for (const int64_t width : {64, 1100}) {
        const auto expected = everything(*all[0], dtype, dim, width);
        for (int i = 1; all[i] != nullptr; i++) {
          if (!cpu::runs_here(*all[i])) {
            printf("%s is skipped: this machine does not have it\n", all[i]->isa);
            continue;
          }
          run(std::string(all[i]->isa) + " dtype " + std::to_string(dtype) + " d " +
                  std::to_string(dim),
              [&] {
                const auto got = everything(*all[i], dtype, dim, width);
                for (size_t part = 0; part < got.size(); part++) {
                  EXPECT_EQUAL(got[part] == expected[part], true);
                }
              });
        }
      }
    }
  }
  return result();
}
