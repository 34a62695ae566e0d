// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The score operators on keys against plain loops in double, on every backend, storage type and
// layout.
#include "expect.h"
#include "ragged.h"
#include "tensors.h"

using namespace test;

namespace {

constexpr int32_t kFloats[] = {TKZ_F32, TKZ_F16, TKZ_BF16};

struct KeyShape {
  int64_t batch, heads, tokens, dim;
};

constexpr KeyShape kKeyShapes[] = {
    {1, 1, 1, 1},   {2, 3, 5, 7},   {1, 16, 33, 64}, {2, 17, 9, 64},
    {1, 16, 6, 72}, {3, 2, 31, 16}, {1, 5, 13, 128}, {1, 4, 4, 33},
};

void cls_logits_key_mean(int32_t backend, int32_t dtype, Memory memory, const KeyShape& s) {
  const Context ctx(backend);
  const float scale = 0.37f;
  Tensor query(dtype, {s.batch, s.heads, s.dim}, memory == Memory::kPadded ? memory : Memory{});
  Tensor keys(dtype, {s.batch, s.heads, s.tokens, s.dim}, memory);
  Tensor logits(TKZ_F32, {s.batch, s.heads, s.tokens});
  Tensor key_mean(TKZ_F32, {s.batch, s.tokens, s.dim}), alone(TKZ_F32, {s.batch, s.tokens, s.dim});
  query.randomize(1);
  keys.randomize(2);
  EXPECT_EQUAL(tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &query.view, &keys.view, scale,
                                       &logits.view, &key_mean.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_head_mean_keys(ctx, nullptr, nullptr, &keys.view, &alone.view), int32_t{TKZ_OK});
  EXPECT_EQUAL(alone.bytes() == key_mean.bytes(), true);
  for (int64_t b = 0; b < s.batch; b++) {
    for (int64_t t = 0; t < s.tokens; t++) {
      for (int64_t h = 0; h < s.heads; h++) {
        double dot = 0;
        for (int64_t k = 0; k < s.dim; k++) {
          dot += static_cast<double>(query.get({b, h, k})) * keys.get({b, h, t, k});
        }
        EXPECT_NEAR(logits.get({b, h, t}), scale * dot, 2e-5);
      }
      for (int64_t k = 0; k < s.dim; k++) {
        double sum = 0;
        for (int64_t h = 0; h < s.heads; h++) sum += keys.get({b, h, t, k});
        EXPECT_NEAR(key_mean.get({b, t, k}), sum / static_cast<double>(s.heads), 1e-6);
      }
    }
  }
}

/// Pictures of different counts, packed, get the bits that each gets alone; tokens of no picture
/// are left as they are.
void ragged_keys(int32_t backend, int32_t dtype, Memory memory) {
  const Context ctx(backend);
  const RaggedBatch batch({5, 0, 33, 1}, 36);
  const int64_t heads = 3, dim = 20, total = batch.total() + 2;
  Tensor query(dtype, {4, heads, dim}), keys(dtype, {1, heads, total, dim}, memory);
  Tensor logits(TKZ_F32, {1, heads, total}), key_mean(TKZ_F32, {1, total, dim});
  Tensor alone(TKZ_F32, {1, total, dim});
  query.randomize(1);
  keys.randomize(2);
  EXPECT_EQUAL(tkz_cls_logits_key_mean(ctx, nullptr, &batch.view, &query.view, &keys.view, 0.37f,
                                       &logits.view, &key_mean.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(tkz_head_mean_keys(ctx, nullptr, &batch.view, &keys.view, &alone.view),
               int32_t{TKZ_OK});
  EXPECT_EQUAL(alone.bytes() == key_mean.bytes(), true);
  for (int64_t b = 0; b < 4; b++) {
    const int64_t count = batch.count(b), first = batch.first(b);
    tkz_tensor own_query = batch.picture(query.view, b, 0), own_keys = batch.rows(keys.view, b, 2);
    Tensor own_logits(TKZ_F32, {1, heads, count}), own_mean(TKZ_F32, {1, count, dim});
    EXPECT_EQUAL(tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &own_query, &own_keys, 0.37f,
                                         &own_logits.view, &own_mean.view),
                 int32_t{TKZ_OK});
    for (int64_t t = 0; t < count; t++) {
      for (int64_t h = 0; h < heads; h++) {
        EXPECT_EQUAL(logits.get({0, h, first + t}), own_logits.get({0, h, t}));
      }
      for (int64_t k = 0; k < dim; k++) {
        EXPECT_EQUAL(key_mean.get({0, first + t, k}), own_mean.get({0, t, k}));
      }
    }
  }
  EXPECT_EQUAL(key_mean.get({0, total - 1, 0}), kUntouched);
  EXPECT_EQUAL(logits.get({0, heads - 1, total - 2}), kUntouched);
}

/// Offsets that rise above the total or fall, counts above max_tokens: nothing outside is touched.
void wrong_offsets_stay_inside() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    RaggedBatch batch({4, 4, 4}, 3);
    batch.offsets = {-7, 9, 2, 1000000};
    batch.view.offsets = batch.offsets.data();
    Tensor keys(TKZ_F32, {1, 2, 12, 4}), key_mean(TKZ_F32, {1, 12, 4});
    keys.randomize(1);
    EXPECT_EQUAL(tkz_head_mean_keys(ctx, nullptr, &batch.view, &keys.view, &key_mean.view),
                 int32_t{TKZ_OK});
    // Pictures 0 (three of its tokens 0 to 8) and 2 (three of 2 to 11) are left of it.
    for (int64_t t = 0; t < 12; t++) {
      const float mean = (keys.get({0, 0, t, 1}) + keys.get({0, 1, t, 1})) / 2;
      EXPECT_NEAR(key_mean.get({0, t, 1}), t < 5 ? mean : kUntouched, 1e-6);
    }
  }
}

/// Work large enough for several threads gives the same bits with one, two, three and seven.
void threads_do_not_show() {
  for (const int64_t batch : {1, 3}) {
    Tensor query(TKZ_F32, {batch, 16, 64}), keys(TKZ_F32, {batch, 16, 2100, 64});
    query.randomize(1);
    keys.randomize(2);
    std::vector<std::vector<unsigned char>> first;
    for (const int32_t threads : {1, 2, 3, 7}) {
      const Context ctx(TKZ_BACKEND_CPU, threads);
      Tensor logits(TKZ_F32, {batch, 16, 2100}), key_mean(TKZ_F32, {batch, 2100, 64});
      EXPECT_EQUAL(tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &query.view, &keys.view, 0.1f,
                                           &logits.view, &key_mean.view),
                   int32_t{TKZ_OK});
      const std::vector<std::vector<unsigned char>> got = {logits.bytes(), key_mean.bytes()};
      if (first.empty()) first = got;
      EXPECT_EQUAL(got == first, true);
    }
  }
}

void zero_extents_write_nothing() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    for (const int zero : {0, 2}) {
      int64_t n[4] = {2, 3, 4, 5};
      n[zero] = 0;
      Tensor query(TKZ_F32, {n[0], n[1], n[3]}), keys(TKZ_F32, {n[0], n[1], n[2], n[3]});
      Tensor logits(TKZ_F32, {n[0], n[1], n[2]}), key_mean(TKZ_F32, {n[0], n[2], n[3]});
      const std::vector<unsigned char> before = logits.bytes(), mean_before = key_mean.bytes();
      if (query.count() == 0) query.view.data = nullptr;
      if (keys.count() == 0) keys.view.data = nullptr;
      EXPECT_EQUAL(tkz_cls_logits_key_mean(ctx, nullptr, nullptr, &query.view, &keys.view, 1.0f,
                                           &logits.view, &key_mean.view),
                   int32_t{TKZ_OK});
      EXPECT_EQUAL(logits.bytes() == before, true);
      EXPECT_EQUAL(key_mean.bytes() == mean_before, true);
    }
  }
}

/// All 65536 patterns of both 16-bit types are read as what they are.
void every_16_bit_value_is_read_exactly() {
  const Context ctx;
  for (const int32_t dtype : {TKZ_F16, TKZ_BF16}) {
    Tensor keys(dtype, {1, 1, 1024, 64}), key_mean(TKZ_F32, {1, 1024, 64});
    for (int i = 0; i < 65536; i++) {
      const uint16_t bits = static_cast<uint16_t>(i);
      memcpy(static_cast<char*>(keys.view.data) + 2 * i, &bits, 2);
    }
    EXPECT_EQUAL(tkz_head_mean_keys(ctx, nullptr, nullptr, &keys.view, &key_mean.view),
                 int32_t{TKZ_OK});
    const std::vector<float> in = keys.values(), out = key_mean.values();
    for (size_t i = 0; i < in.size(); i++) EXPECT_NEAR(out[i], in[i], 0.0);
  }
}

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    for (const int32_t dtype : kFloats) {
      for (const Memory memory : {Memory::kContiguous, Memory::kPadded, Memory::kTokensFirst}) {
        const std::string variant = " backend " + std::to_string(backend) + " dtype " +
                                    std::to_string(dtype) + " memory " +
                                    std::to_string(static_cast<int>(memory));
        for (const KeyShape& s : kKeyShapes) {
          run("cls_logits_key_mean" + variant + " S=" + std::to_string(s.tokens),
              [&] { cls_logits_key_mean(backend, dtype, memory, s); });
        }
        run("ragged_keys" + variant, [&] { ragged_keys(backend, dtype, memory); });
      }
    }
  }
  run("wide heads", [] {
    cls_logits_key_mean(TKZ_BACKEND_CPU, TKZ_BF16, Memory::kPadded, {1, 2, 3, 301});
  });
  run("wrong_offsets_stay_inside", wrong_offsets_stay_inside);
  run("threads_do_not_show", threads_do_not_show);
  run("zero_extents_write_nothing", zero_extents_write_nothing);
  run("every_16_bit_value_is_read_exactly", every_16_bit_value_is_read_exactly);
  return result();
}
