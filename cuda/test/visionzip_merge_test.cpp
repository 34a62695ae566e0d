// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The merge against a loop in fp64, and to the bit against the same sum in fp32: members ascending,
// rounded once.
#include <algorithm>

#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t batch, tokens, dim, dominant, target;
  MergeMode mode;
  bool unaligned;
};

struct Lists {
  std::vector<int32_t> dominant, target, offset, member;
};

Lists random_lists(const Case& c, int64_t merged, std::mt19937& random) {
  Lists lists;
  for (int64_t b = 0; b < c.batch; ++b) {
    std::vector<int32_t> order(c.tokens);
    for (int64_t i = 0; i < c.tokens; ++i) order[i] = static_cast<int32_t>(i);
    std::shuffle(order.begin(), order.end(), random);
    const auto targets = order.begin() + c.dominant;
    const auto members = targets + c.target;
    lists.dominant.insert(lists.dominant.end(), order.begin(), targets);
    lists.target.insert(lists.target.end(), targets, members);
    // Cut points, some of them equal: targets without members exist.
    std::vector<int32_t> cut(c.target + 1, 0);
    for (int64_t t = 1; t < c.target; ++t) cut[t] = static_cast<int32_t>(random() % (merged + 1));
    cut[c.target] = static_cast<int32_t>(merged);
    std::sort(cut.begin(), cut.end());
    for (int64_t t = 0; t < c.target; ++t) std::sort(members + cut[t], members + cut[t + 1]);
    lists.offset.insert(lists.offset.end(), cut.begin(), cut.end());
    lists.member.insert(lists.member.end(), members, members + merged);
  }
  return lists;
}

struct DeviceList {
  explicit DeviceList(const std::vector<int32_t>& list) : buffer(list.size() * sizeof(int32_t)) {
    if (!list.empty()) memcpy(buffer.host().data(), list.data(), buffer.host().size());
    buffer.upload();
  }
  Buffer buffer;
};

void run(const Case& c) {
  current_case = std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch) + " S" +
                 std::to_string(c.tokens) + " D" + std::to_string(c.dim) + " " +
                 std::to_string(c.dominant) + "+" + std::to_string(c.target);
  std::mt19937 random(static_cast<unsigned>(c.tokens * 7 + c.dim));
  std::normal_distribution<float> normal;
  const std::vector<int64_t> shape = {c.batch, c.tokens, c.dim};
  const int64_t gap = c.unaligned ? 1 : 0;
  const int64_t row = c.dim + gap;
  Input tokens(c.dtype, shape, {c.tokens * row, row, 1}, gap, [&] { return normal(random); });
  const int64_t rows = c.dominant + c.target;
  const int64_t merged = c.target > 0 ? c.tokens - rows : 0;
  const Lists lists = random_lists(c, merged, random);
  DeviceList dominant(lists.dominant), target(lists.target), offset(lists.offset),
      member(lists.member);

  std::vector<unsigned char> first;
  repeat([&] {
    const size_t size = size_of(c.dtype);
    Output<unsigned char> out((c.batch * rows * row + gap) * size);
    VisionZipMergeArgs args = {};
    args.dtype = c.dtype;
    args.batch = c.batch;
    args.tokens = c.tokens;
    args.dim = c.dim;
    args.counts = {c.dominant, c.target, merged};
    args.mode = c.mode;
    args.input = tokens.device();
    args.input_stride_batch = tokens.stride(0);
    args.input_stride_token = tokens.stride(1);
    args.dominant = dominant.buffer.device<int32_t>();
    args.target = target.buffer.device<int32_t>();
    args.member_offset = offset.buffer.device<int32_t>();
    args.member = member.buffer.device<int32_t>();
    args.out = out.device() + gap * size;
    args.out_stride_batch = rows * row;
    args.out_stride_token = row;
    CHECK(backend::visionzip_merge(args, nullptr) == 0);
    const auto got = out.values();
    if (!first.empty()) {
      CHECK(same_bits(got, first));
      return;
    }
    first = got;
    for (int64_t b = 0; b < c.batch; ++b) {
      for (int64_t r = 0; r < rows; ++r) {
        for (int64_t e = 0; e < c.dim; ++e) {
          const float value = load(c.dtype, got.data() + gap * size, (b * rows + r) * row + e);
          if (r < c.dominant) {
            CHECK(value == tokens.at({b, lists.dominant[b * c.dominant + r], e}));
            continue;
          }
          const int64_t t = r - c.dominant;
          const double centre = tokens.at({b, lists.target[b * c.target + t], e});
          const int32_t begin = lists.offset[b * (c.target + 1) + t];
          const int32_t end = lists.offset[b * (c.target + 1) + t + 1];
          const int32_t count = end - begin;
          double sum = 0, magnitude = 1;
          float sum32 = 0.0f;
          for (int32_t m = begin; m < end; ++m) {
            const double term = tokens.at({b, lists.member[b * merged + m], e});
            sum += term;
            magnitude += std::fabs(term);
            sum32 += static_cast<float>(term);
          }
          const float centre32 = static_cast<float>(centre);
          const bool plus_mean = c.mode == MergeMode::kTargetPlusMean;
          const double exact = count == 0  ? centre
                               : plus_mean ? centre + sum / count
                                           : (centre + sum) / (1 + count);
          const float single = count == 0  ? centre32
                               : plus_mean ? centre32 + sum32 / count
                                           : (centre32 + sum32) / (1.0f + count);
          const double unit = c.dtype == DType::kF32 ? 1e-6 : c.dtype == DType::kF16 ? 5e-4 : 4e-3;
          CHECK(is_near(value, exact, unit * std::fabs(exact) + 1e-6 * magnitude));
          CHECK(value == stored(c.dtype, single));
        }
      }
    }
  });
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const MergeMode mode : {MergeMode::kTargetPlusMean, MergeMode::kMeanWithTarget}) {
      for (const bool unaligned : {false, true}) {
        for (const int64_t dim : {1, 8, 31, 33, 128, 257, 1024}) {
          cases.push_back({dtype, 1, 20, dim, 5, 3, mode, unaligned});
        }
        cases.push_back({dtype, 3, 33, 72, 7, 4, mode, unaligned});
        cases.push_back({dtype, 2, 12, 64, 12, 0, mode, unaligned});
        cases.push_back({dtype, 2, 12, 64, 3, 0, mode, unaligned});
        cases.push_back({dtype, 2, 12, 64, 4, 8, mode, unaligned});
        cases.push_back({dtype, 2, 12, 64, 0, 1, mode, unaligned});
      }
    }
    cases.push_back({dtype, 0, 12, 64, 4, 2, MergeMode::kTargetPlusMean, false});
    cases.push_back({dtype, 1, 0, 64, 0, 0, MergeMode::kTargetPlusMean, false});
    cases.push_back({dtype, 1, 577, 256, 54, 10, MergeMode::kTargetPlusMean, false});
  }
  for (const Case& c : cases) run(c);
  return summary("visionzip_merge", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
