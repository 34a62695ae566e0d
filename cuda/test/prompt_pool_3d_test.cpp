// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Prompt-guided pooling against a loop in fp64.
#include "support.h"

namespace tkz::test {
namespace {

struct Case {
  DType dtype;
  int64_t batch, extent[3], dim, kernel[3], stride[3];
  bool weighted, unaligned, ragged;
};

std::string name(const Case& c) {
  std::string text = std::string(name_of(c.dtype)) + " B" + std::to_string(c.batch);
  for (int i = 0; i < 3; ++i) {
    text += " " + std::to_string(c.extent[i]) + "/" + std::to_string(c.kernel[i]) + "/" +
            std::to_string(c.stride[i]);
  }
  return text + " D" + std::to_string(c.dim) + (c.weighted ? " weighted" : "") +
         (c.unaligned ? " unaligned" : "") + (c.ragged ? " ragged" : "");
}

/// Where a case's pictures are: frames [first, first + count) of batch entry `entry`.
struct Frames {
  int64_t entry, first, count;
};

PromptPool3dArgs arguments(const Case& c, Input& tokens, Input& weight) {
  PromptPool3dArgs args = {};
  args.dtype = c.dtype;
  args.batch = c.batch;
  args.dim = c.dim;
  args.temperature = 0.25f;
  args.tokens = tokens.device();
  args.weight = c.weighted ? static_cast<const float*>(weight.device()) : nullptr;
  for (int i = 0; i < 3; ++i) {
    args.extent[i] = c.extent[i];
    args.kernel[i] = c.kernel[i];
    args.stride[i] = c.stride[i];
    args.output[i] = windows_within(c.extent[i], c.kernel[i], c.stride[i], INT64_MAX);
  }
  for (int i = 0; i < 4; ++i) {
    args.tokens_stride[i] = tokens.stride(i);
    args.weight_stride[i] = weight.stride(i);
  }
  return args;
}

/// One output token, for each channel.
std::vector<double> pooled(const Case& c, Input& tokens, Input& weight, const Frames& frames,
                           const int64_t at[3], double temperature) {
  double maximum = -1e30, total = 0;
  std::vector<double> sum(c.dim, 0.0);
  for (int pass = 0; pass < 2; ++pass) {
    for (int64_t t = 0; t < c.kernel[0]; ++t) {
      for (int64_t h = 0; h < c.kernel[1]; ++h) {
        for (int64_t w = 0; w < c.kernel[2]; ++w) {
          const int64_t frame = frames.first + at[0] * c.stride[0] + t;
          const int64_t row = at[1] * c.stride[1] + h, column = at[2] * c.stride[2] + w;
          const double value = c.weighted ? weight.at({frames.entry, frame, row, column}) : 0.0;
          if (pass == 0) {
            maximum = std::fmax(maximum, value);
            continue;
          }
          const double share = std::exp((value - maximum) / temperature);
          total += share;
          for (int64_t d = 0; d < c.dim; ++d) {
            sum[d] += share * tokens.at({frames.entry, frame, row, column, d});
          }
        }
      }
    }
  }
  for (double& value : sum) value /= total;
  return sum;
}

void run(const Case& c) {
  current_case = name(c);
  std::mt19937 random(static_cast<unsigned>(c.extent[1] * 31 + c.dim));
  std::normal_distribution<float> normal;
  std::vector<int32_t> offsets = {0};
  std::vector<Frames> pictures;
  for (int64_t b = 0; b < c.batch; ++b) {
    const int64_t count = c.ragged ? (b == 1 ? 0 : c.extent[0] - b / 2) : c.extent[0];
    pictures.push_back({c.ragged ? 0 : b, c.ragged ? offsets.back() : 0, count});
    offsets.push_back(offsets.back() + static_cast<int32_t>(count));
  }
  const int64_t total = offsets.back();
  Buffer offset_memory(offsets.size() * sizeof(int32_t));
  memcpy(offset_memory.host().data(), offsets.data(), offsets.size() * sizeof(int32_t));
  offset_memory.upload();

  const std::vector<int64_t> shape = {c.ragged ? 1 : c.batch, c.ragged ? total : c.extent[0],
                                      c.extent[1], c.extent[2], c.dim};
  std::vector<int64_t> stride = contiguous(shape);
  if (c.unaligned) {
    const int64_t d = c.dim + 1, w = c.extent[2] * d, h = c.extent[1] * w;
    stride = {shape[1] * h + 5, h, w, d, 1};
  }
  Input tokens(c.dtype, shape, stride, c.unaligned ? 1 : 0, [&] { return normal(random); });
  const std::vector<int64_t> cells(shape.begin(), shape.end() - 1);
  Input weight(DType::kF32, cells, contiguous(cells), 0, [&] { return normal(random); });

  PromptPool3dArgs args = arguments(c, tokens, weight);
  if (c.ragged) args.ragged = {offset_memory.device<int32_t>(), total, c.extent[0]};
  const int64_t plane = args.output[1] * args.output[2];
  const int64_t voxels = args.output[0] * plane;
  const int64_t row = c.dim + (c.unaligned ? 3 : 0);
  args.out_stride[3] = row;
  args.out_stride[2] = args.output[2] * row;
  args.out_stride[1] = plane * row;
  args.out_stride[0] = voxels * row;

  std::vector<unsigned char> first;
  repeat([&] {
    Output<unsigned char> out(c.batch * voxels * row * size_of(c.dtype));
    Output<int32_t> non_finite(c.batch);
    args.out = out.device();
    args.non_finite = non_finite.device();
    CHECK(backend::prompt_pool_3d(args, nullptr) == 0);
    const std::vector<unsigned char> got = out.values();
    for (const int32_t flag : non_finite.values()) CHECK(flag == 0);
    if (!first.empty()) {
      CHECK(same_bits(got, first));
      return;
    }
    first = got;
    const double unit = c.dtype == DType::kF32 ? 2e-6 : c.dtype == DType::kF16 ? 1e-3 : 8e-3;
    for (int64_t b = 0; b < c.batch; ++b) {
      const int64_t fit =
          windows_within(pictures[b].count, c.kernel[0], c.stride[0], args.output[0]);
      for (int64_t v = 0; v < voxels; ++v) {
        const int64_t at[3] = {v / plane, v % plane / args.output[2], v % args.output[2]};
        const std::vector<double> expected =
            at[0] < fit ? pooled(c, tokens, weight, pictures[b], at, args.temperature)
                        : std::vector<double>(c.dim, 0.0);
        for (int64_t d = 0; d < c.dim; ++d) {
          const double value = load(c.dtype, got.data(), (b * voxels + v) * row + d);
          CHECK(is_near(value, expected[d], unit * (1.0 + std::fabs(expected[d]))));
          if (at[0] >= fit) CHECK(value == 0.0);
        }
      }
    }
  });
}

/// Only weights that a window reads are looked at.
void flags_weights_that_are_read() {
  current_case = "non-finite weights";
  const Case c = {DType::kF32, 3, {3, 5, 4}, 8, {2, 2, 2}, {2, 3, 2}, true, false, false};
  for (const float bad : {NAN, INFINITY}) {
    const std::vector<int64_t> shape = {3, 3, 5, 4, 8}, cells = {3, 3, 5, 4};
    Input tokens(c.dtype, shape, contiguous(shape), 0, [] { return 1.0f; });
    Input weight(DType::kF32, cells, contiguous(cells), 0, [] { return 0.5f; });
    weight.set({0, 2, 0, 0}, bad);  // behind the last frame window
    weight.set({0, 0, 2, 0}, bad);  // between two windows of rows
    weight.set({1, 1, 4, 3}, bad);  // the last cell of the last window
    weight.upload();
    PromptPool3dArgs args = arguments(c, tokens, weight);
    const int64_t voxels = args.output[0] * args.output[1] * args.output[2];
    Output<float> out(3 * voxels * 8);
    Output<int32_t> non_finite(3);
    args.out = out.device();
    args.out_stride[3] = 8;
    args.out_stride[2] = args.output[2] * 8;
    args.out_stride[1] = args.output[1] * args.out_stride[2];
    args.out_stride[0] = voxels * 8;
    args.non_finite = non_finite.device();
    CHECK(backend::prompt_pool_3d(args, nullptr) == 0);
    CHECK((non_finite.values() == std::vector<int32_t>{0, 1, 0}));
    args.weight = nullptr;
    CHECK(backend::prompt_pool_3d(args, nullptr) == 0);
    CHECK((non_finite.values() == std::vector<int32_t>{0, 0, 0}));
  }
}

int main() {
  std::vector<Case> cases;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    cases.push_back({dtype, 1, {4, 6, 6}, 264, {2, 3, 3}, {2, 3, 3}, true, false, false});
    cases.push_back({dtype, 2, {5, 7, 5}, 37, {2, 3, 3}, {2, 3, 2}, true, true, false});
    cases.push_back({dtype, 1, {3, 6, 7}, 16, {3, 5, 4}, {1, 1, 3}, true, false, false});
    cases.push_back({dtype, 2, {2, 3, 3}, 9, {1, 1, 1}, {2, 1, 1}, false, false, false});
    cases.push_back({dtype, 1, {2, 6, 6}, 24, {1, 3, 3}, {1, 3, 3}, false, true, false});
    cases.push_back({dtype, 4, {5, 4, 4}, 40, {2, 2, 2}, {2, 2, 2}, true, false, true});
    cases.push_back({dtype, 0, {2, 3, 3}, 8, {1, 3, 3}, {1, 3, 3}, true, false, false});
    cases.push_back({dtype, 1, {2, 3, 3}, 0, {1, 3, 3}, {1, 3, 3}, true, false, false});
  }
  for (const Case& c : cases) run(c);
  flags_weights_that_are_read();
  return summary("prompt_pool_3d", static_cast<int>(cases.size()));
}

}  // namespace
}  // namespace tkz::test

int main() { return tkz::test::run_on_device(tkz::test::main); }
