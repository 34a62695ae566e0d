// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every merge rule to the bit against the same sum in fp32, members ascending and rounded once,
// and within fp32's error of the sum in fp64; the grouping against a list per target.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  MergeRule rule;
  int64_t batch, sources, copies, targets, dim;
  bool unaligned;
  int favourite;  // percentage of entries that go to target 0
};

struct List {
  explicit List(const std::vector<int32_t>& list) : buffer(list.size() * sizeof(int32_t)) {
    if (!list.empty()) memcpy(buffer.host().data(), list.data(), buffer.host().size());
    buffer.upload();
  }
  Buffer buffer;
};

std::vector<int32_t> random_targets(const Case& c, std::mt19937& random) {
  const int32_t none[] = {-1, static_cast<int32_t>(c.targets), INT32_MIN, INT32_MAX};
  std::vector<int32_t> assign(c.batch * c.sources * c.copies);
  for (int32_t& target : assign) {
    const uint32_t draw = random() >> 1;
    target = static_cast<int32_t>(draw % c.targets);
    if (draw % 7 == 0) target = none[draw / 7 % 4];
    if (static_cast<int>(random() % 100) < c.favourite) target = 0;
  }
  return assign;
}

void run(const Case& c) {
  current_case = std::string(name_of(c.dtype)) + " rule " +
                 std::to_string(static_cast<int>(c.rule)) + " B" + std::to_string(c.batch) + " n" +
                 std::to_string(c.sources) + "x" + std::to_string(c.copies) + " c" +
                 std::to_string(c.targets) + " D" + std::to_string(c.dim);
  std::mt19937 random(static_cast<unsigned>(c.sources * 7 + c.dim));
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<float> uniform(0.1f, 2.0f);
  const int64_t gap = c.unaligned ? 1 : 0;
  const int64_t row = c.dim + gap;
  const int64_t entries = c.sources * c.copies;
  const auto next = [&] { return normal(random); };
  const auto share = [&] { return uniform(random); };
  Input target(c.dtype, {c.batch, c.targets, c.dim}, {c.targets * row, row, 1}, gap, next);
  Input source(c.dtype, {c.batch, c.sources, c.dim}, {c.sources * row, row, 1}, gap, next);
  Input weight(DType::kF32, {c.batch, c.sources, c.copies}, {entries, c.copies, 1}, 0, share);
  Input size(DType::kF32, {c.batch, c.targets}, {c.targets, 1}, 0, share);
  const std::vector<int32_t> assigned = random_targets(c, random);
  List assign(assigned);
  const bool is_weighted = c.rule == MergeRule::kWeightedMean;

  std::vector<unsigned char> first;
  repeat([&] {
    const size_t bytes = size_of(c.dtype);
    Output<unsigned char> out((c.batch * c.targets * row + gap) * bytes);
    Output<float> out_size(c.batch * c.targets);
    Output<int32_t> offset(c.batch * (c.targets + 1)), member(c.batch * entries),
        scratch(c.batch * entries);
    MergeMembersArgs args = {};
    args.dtype = c.dtype;
    args.rule = c.rule;
    args.batch = c.batch;
    args.targets = c.targets;
    args.sources = c.sources;
    args.copies = c.copies;
    args.dim = c.dim;
    args.target = target.device();
    args.target_stride_batch = target.stride(0);
    args.target_stride_row = target.stride(1);
    args.source = source.device();
    args.source_stride_batch = source.stride(0);
    args.source_stride_row = source.stride(1);
    if (is_weighted) {
      args.target_weight = static_cast<const float*>(size.device());
      args.target_weight_stride_batch = c.targets;
      args.weight = static_cast<const float*>(weight.device());
      args.weight_stride_batch = entries;
      args.weight_stride_row = c.copies;
      args.out_weight = out_size.device();
      args.out_weight_stride_batch = c.targets;
    }
    args.assign = assign.buffer.device<int32_t>();
    args.assign_stride_batch = entries;
    args.assign_stride_row = c.copies;
    args.out = out.device() + gap * bytes;
    args.out_stride_batch = c.targets * row;
    args.out_stride_row = row;
    args.offset = offset.device();
    args.member = member.device();
    args.scratch = scratch.device();
    CHECK(backend::merge_members(args, nullptr) == 0);
    const auto got = out.values();
    if (!first.empty()) {
      CHECK(same_bits(got, first));
      return;
    }
    first = got;
    const auto got_offset = offset.values();
    const auto got_member = member.values();
    const auto got_size = out_size.values();
    for (int64_t b = 0; b < c.batch; ++b) {
      for (int64_t t = 0; t < c.targets; ++t) {
        std::vector<int32_t> members;
        for (int64_t i = 0; i < entries; ++i) {
          if (assigned[b * entries + i] == t) members.push_back(static_cast<int32_t>(i));
        }
        const int32_t* offsets = got_offset.data() + b * (c.targets + 1) + t;
        const int32_t* listed = got_member.data() + b * entries;
        CHECK(std::vector<int32_t>(listed + offsets[0], listed + offsets[1]) == members);
        const float own = is_weighted ? static_cast<float>(size.at({b, t})) : 1.0f;
        const auto share_of = [&](int32_t entry) {
          return is_weighted ? weight.at({b, entry / c.copies, entry % c.copies}) : 1.0;
        };
        float total = own, shares = 0.0f;
        for (const int32_t entry : members) shares += static_cast<float>(share_of(entry));
        total += members.empty() ? 0.0f : shares;
        if (is_weighted) CHECK(got_size[b * c.targets + t] == total);
        const float count = static_cast<float>(members.size());
        for (int64_t e = 0; e < c.dim; ++e) {
          const double centre = target.at({b, t, e});
          double sum = 0, magnitude = std::fabs(centre);
          float sum32 = 0.0f;
          for (const int32_t entry : members) {
            const double value = source.at({b, entry / c.copies, e});
            sum += share_of(entry) * value;
            magnitude += std::fabs(share_of(entry) * value);
            sum32 = std::fma(static_cast<float>(share_of(entry)), static_cast<float>(value), sum32);
          }
          const float centre32 = static_cast<float>(centre);
          double exact = centre + sum;
          float single = centre32 + sum32;
          if (c.rule == MergeRule::kTargetPlusMean) {
            exact = centre + sum / count;
            single = centre32 + sum32 / count;
          } else if (c.rule == MergeRule::kMeanWithTarget) {
            exact /= 1 + count;
            single /= 1.0f + count;
          } else if (is_weighted) {
            exact = (own * centre + sum) / total;
            single = std::fma(own, centre32, sum32) / total;
          }
          if (members.empty()) {
            exact = centre;
            single = centre32;
          }
          const float value =
              load(c.dtype, got.data() + gap * bytes, (b * c.targets + t) * row + e);
          const double unit = c.dtype == DType::kF32 ? 1e-6 : c.dtype == DType::kF16 ? 5e-4 : 4e-3;
          CHECK(is_near(value, exact, unit * std::fabs(exact) + 2e-6 * magnitude));
          CHECK(value == stored(c.dtype, single));
        }
      }
    }
  });
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const MergeRule rule : {MergeRule::kTargetPlusMean, MergeRule::kMeanWithTarget,
                                 MergeRule::kWeightedMean, MergeRule::kSum}) {
      cases.push_back({dtype, rule, 2, 20, 1, 3, 33, true, 0});
      cases.push_back({dtype, rule, 1, 40, 1, 7, 264, false, 60});
      cases.push_back({dtype, rule, 2, 0, 1, 2, 8, false, 0});
    }
    cases.push_back({dtype, MergeRule::kWeightedMean, 2, 11, 3, 40, 16, false, 20});
    cases.push_back({dtype, MergeRule::kSum, 0, 3, 1, 2, 8, false, 0});
    cases.push_back({dtype, MergeRule::kSum, 1, 3, 1, 1, 1, true, 100});
  }
  cases.push_back({DType::kF16, MergeRule::kTargetPlusMean, 1, 700, 1, 255, 8, false, 10});
  cases.push_back({DType::kF16, MergeRule::kTargetPlusMean, 1, 700, 1, 256, 8, false, 100});
  cases.push_back({DType::kF32, MergeRule::kSum, 1, 5000, 1, 4096, 1, true, 5});
  for (const Case& c : cases) run(c);
  return summary("merge_members", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
