// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// The merges against plain loops in double, on every backend, storage type and layout.
#include <memory>

#include "expect.h"
#include "index_tensor.h"
#include "tensors.h"

using namespace test;

namespace {

constexpr int32_t kOk = TKZ_OK;
constexpr int32_t kFloats[] = {TKZ_F32, TKZ_F16, TKZ_BF16};

double tolerance(int32_t dtype) {
  return dtype == TKZ_F32 ? 2e-6 : dtype == TKZ_F16 ? 6e-4 : 4.5e-3;
}

/// Whether row (b, i) of `a` has the bits of row (c, j) of `d`.
bool same_row(const Tensor& a, int64_t b, int64_t i, const Tensor& d, int64_t c, int64_t j) {
  const int64_t size = size_of(a.view.dtype);
  return memcmp(static_cast<const char*>(a.view.data) + a.at({b, i, 0}) * size,
                static_cast<const char*>(d.view.data) + d.at({c, j, 0}) * size,
                static_cast<size_t>(a.view.shape[2] * size)) == 0;
}

/// Values that a copy must not touch, in row 0 of every picture.
void add_special_values(Tensor& t) {
  const float special[] = {-0.0f, 1e-42f, -3e38f, NAN, INFINITY, 6e-8f};
  for (int64_t b = 0; b < t.view.shape[0]; b++) {
    for (int64_t c = 0; c < t.view.shape[2] && t.view.shape[1] > 0; c++) {
      t.set({b, 0, c}, special[c % 6]);
    }
  }
}

class Space {
 public:
  Space(int64_t batch, int64_t entries, int64_t targets) {
    EXPECT_EQUAL(tkz_merge_workspace(batch, entries, targets, &bytes), kOk);
    memory_.reset(static_cast<char*>(aligned_alloc(256, bytes + 256)));
    memset(memory_.get(), 0x5a, bytes + 256);
  }
  /// Nothing was written behind the end.
  bool is_intact() const { return memory_.get()[bytes] == 0x5a; }
  void* data() const { return memory_.get(); }
  size_t bytes = 0;

 private:
  struct Free {
    void operator()(char* p) const { free(p); }
  };
  std::unique_ptr<char, Free> memory_;
};

/// Pictures of a batch: equally long in tensors of their own, or packed.
struct Pictures {
  std::vector<int32_t> offsets;
  int64_t batch, tokens, total;
  tkz_ragged view = {};

  Pictures(bool ragged, std::vector<int32_t> counts) : offsets{0} {
    batch = static_cast<int64_t>(counts.size());
    tokens = 0;
    for (const int32_t count : counts) {
      tokens = std::max<int64_t>(tokens, count);
      offsets.push_back(offsets.back() + count);
    }
    total = offsets.back();
    view = {sizeof view, 0, batch, tokens, offsets.data()};
    if (!ragged) offsets.clear();
  }
  bool is_ragged() const { return !offsets.empty(); }
  const tkz_ragged* ragged() const { return is_ragged() ? &view : nullptr; }
  int64_t count(int64_t b) const {
    return is_ragged() ? offsets[static_cast<size_t>(b + 1)] - offsets[static_cast<size_t>(b)]
                       : tokens;
  }
  /// Batch entry and row of token i of picture b.
  int64_t entry(int64_t b) const { return is_ragged() ? 0 : b; }
  int64_t row(int64_t b, int64_t i) const {
    return is_ragged() ? offsets[static_cast<size_t>(b)] + i : i;
  }
  std::vector<int64_t> shape(std::vector<int64_t> rest = {}) const {
    std::vector<int64_t> all = {is_ragged() ? 1 : batch, is_ragged() ? total : tokens};
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
  }
};

struct Setting {
  int32_t backend, dtype;
  Memory memory;
  bool ragged;
  int64_t targets, dim;
  std::vector<int32_t> counts;

  std::string name() const {
    return "backend " + std::to_string(backend) + " dtype " + std::to_string(dtype) + " memory " +
           std::to_string(static_cast<int>(memory)) + (ragged ? " ragged" : "") + " c " +
           std::to_string(targets) + " D " + std::to_string(dim) + " n " +
           std::to_string(counts[0]);
  }
};

enum class Rule { kPlusMean, kMeanWith, kSize, kAdd, kAddToZero };

/// Every merge whose sources go to one target each. `pile`: all of them to target 0.
void merge_to_targets(const Setting& s, Rule rule, bool pile) {
  const Context ctx(s.backend);
  const Pictures pictures(s.ragged, s.counts);
  const int64_t batch = pictures.batch;
  Tensor target(s.dtype, {batch, s.targets, s.dim}, s.memory);
  Tensor source(s.dtype, pictures.shape({s.dim}), s.memory);
  Tensor out(s.dtype, {batch, s.targets, s.dim}, s.memory);
  Tensor target_size(TKZ_F32, {batch, s.targets}), out_size(TKZ_F32, {batch, s.targets});
  Tensor source_size(TKZ_F32, pictures.shape());
  IndexTensor assign(pictures.shape());
  target.randomize(1);
  source.randomize(2);
  target_size.fill(std::vector<float>(static_cast<size_t>(target_size.count()), 2.0f));
  source_size.fill(std::vector<float>(static_cast<size_t>(source_size.count()), 3.0f));
  assign.randomize(3, s.targets);
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t i = 0; i < pictures.count(b); i++) {
      const int64_t e = pictures.entry(b), r = pictures.row(b, i);
      source_size.set({e, r}, static_cast<float>(1 + i % 3));
      if (pile) assign(e, r) = 0;
      if (s.targets > 2 && assign(e, r) == 2) assign(e, r) = -1;  // one without members
    }
    if (s.targets > 2) target.set({b, 2, 0}, -0.0f);
    if (s.targets > 2) target.set({b, 2, s.dim - 1}, NAN);
  }

  std::vector<unsigned char> first;
  for (int repetition = 0; repetition < 2; repetition++) {
    const Space space(batch, pictures.tokens, s.targets);
    const tkz_merge_params params = {
        sizeof params, rule == Rule::kPlusMean ? TKZ_TARGET_PLUS_MEAN : TKZ_MEAN_WITH_TARGET};
    int32_t status;
    if (rule == Rule::kSize) {
      status = tkz_size_weighted_merge(
          ctx, nullptr, pictures.ragged(), &target.view, &target_size.view, &source.view,
          &source_size.view, &assign.view, &out.view, &out_size.view, space.data(), space.bytes);
    } else if (rule == Rule::kAdd || rule == Rule::kAddToZero) {
      status = tkz_scatter_add(ctx, nullptr, pictures.ragged(), &source.view, &assign.view,
                               rule == Rule::kAdd ? &target.view : nullptr, &out.view, space.data(),
                               space.bytes);
    } else {
      status =
          tkz_target_mean_merge(ctx, nullptr, &params, pictures.ragged(), &target.view,
                                &source.view, &assign.view, &out.view, space.data(), space.bytes);
    }
    EXPECT_EQUAL(status, kOk);
    EXPECT_EQUAL(space.is_intact(), true);
    if (first.empty()) first = out.bytes();
    EXPECT_EQUAL(out.bytes() == first, true);
  }

  for (int64_t b = 0; b < batch; b++) {
    for (int64_t t = 0; t < s.targets; t++) {
      double members = 0, size = rule == Rule::kSize ? 2.0 : 1.0;
      std::vector<double> sum(static_cast<size_t>(s.dim)), magnitude(sum);
      for (int64_t i = 0; i < pictures.count(b); i++) {
        const int64_t e = pictures.entry(b), r = pictures.row(b, i);
        if (assign(e, r) != t) continue;
        const double weight = rule == Rule::kSize ? source_size.get({e, r}) : 1.0;
        members += 1;
        size += weight;
        for (int64_t c = 0; c < s.dim; c++) {
          sum[static_cast<size_t>(c)] += weight * source.get({e, r, c});
          magnitude[static_cast<size_t>(c)] += std::fabs(weight * source.get({e, r, c}));
        }
      }
      if (rule == Rule::kSize) EXPECT_NEAR(out_size.get({b, t}), size, 0.0);
      if (members == 0 && rule != Rule::kAddToZero) {
        EXPECT_EQUAL(same_row(out, b, t, target, b, t), true);
        continue;
      }
      for (int64_t c = 0; c < s.dim; c++) {
        const double centre = rule == Rule::kAddToZero ? 0.0 : target.get({b, t, c});
        const double total = sum[static_cast<size_t>(c)];
        double expected = centre + total;
        if (rule == Rule::kPlusMean) expected = centre + total / members;
        if (rule == Rule::kMeanWith) expected = (centre + total) / (1 + members);
        if (rule == Rule::kSize) expected = (2.0 * centre + total) / size;
        EXPECT_NEAR(out.get({b, t, c}), expected,
                    tolerance(s.dtype) + 1e-6 * magnitude[static_cast<size_t>(c)]);
      }
    }
  }
}

void self_preserving(const Setting& s, int64_t removed_count, int64_t copies) {
  const Context ctx(s.backend);
  const Pictures pictures(s.ragged, s.counts);
  const int64_t batch = pictures.batch;
  Tensor tokens(s.dtype, pictures.shape({s.dim}), s.memory);
  Tensor out(s.dtype, pictures.shape({s.dim}), s.memory);
  Tensor removed(s.dtype, {batch, removed_count, s.dim}, s.memory);
  Tensor weight(TKZ_F32, {batch, removed_count, copies}, s.memory);
  IndexTensor index({batch, removed_count, copies});
  tokens.randomize(1);
  removed.randomize(2);
  weight.randomize(3, 0.1f);
  for (int64_t i = 0; i < weight.count(); i++) {
    const std::vector<int64_t> at = {i / copies / removed_count, i / copies % removed_count,
                                     i % copies};
    weight.set(at, std::fabs(weight.get(at)));
  }
  index.randomize(4, pictures.tokens);
  const Space space(batch, removed_count * copies, pictures.tokens);
  EXPECT_EQUAL(
      tkz_self_preserving_merge(ctx, nullptr, pictures.ragged(), &tokens.view, &removed.view,
                                &index.view, &weight.view, &out.view, space.data(), space.bytes),
      kOk);
  EXPECT_EQUAL(space.is_intact(), true);
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t j = 0; j < pictures.count(b); j++) {
      const int64_t e = pictures.entry(b), r = pictures.row(b, j);
      bool any = false;
      double shares = 1;
      std::vector<double> sum(static_cast<size_t>(s.dim));
      for (int64_t i = 0; i < removed_count * copies; i++) {
        const int64_t from = i / copies, k = i % copies;
        if (index(b, from, k) != j) continue;
        any = true;
        const double share = weight.get({b, from, k});
        shares += share;
        for (int64_t c = 0; c < s.dim; c++) {
          sum[static_cast<size_t>(c)] += share * removed.get({b, from, c});
        }
      }
      if (!any) {
        EXPECT_EQUAL(same_row(out, e, r, tokens, e, r), true);
        continue;
      }
      for (int64_t c = 0; c < s.dim; c++) {
        EXPECT_NEAR(out.get({e, r, c}),
                    (tokens.get({e, r, c}) + sum[static_cast<size_t>(c)]) / shares,
                    tolerance(s.dtype) * 2);
      }
    }
  }
}

/// `listed` < 0: no index.
void weighted_sum(const Setting& s, int64_t listed) {
  const Context ctx(s.backend);
  const Pictures pictures(s.ragged, s.counts);
  Tensor tokens(s.dtype, pictures.shape({s.dim}), s.memory), weight(TKZ_F32, pictures.shape());
  Tensor out(s.dtype, {pictures.batch, 1, s.dim}, s.memory);
  IndexTensor index({pictures.batch, std::max<int64_t>(listed, 0)});
  tokens.randomize(1);
  weight.randomize(2, 0.2f);
  index.randomize(3, pictures.tokens);
  if (listed == 0) index.view.data = nullptr;
  EXPECT_EQUAL(tkz_weighted_sum(ctx, nullptr, pictures.ragged(), &tokens.view, &weight.view,
                                listed < 0 ? nullptr : &index.view, &out.view),
               kOk);
  for (int64_t b = 0; b < pictures.batch; b++) {
    for (int64_t c = 0; c < s.dim; c++) {
      double sum = 0;
      for (int64_t i = 0; i < (listed < 0 ? pictures.count(b) : listed); i++) {
        const int64_t row = listed < 0 ? i : index(b, i);
        if (row < 0 || row >= pictures.count(b)) continue;
        const int64_t e = pictures.entry(b), r = pictures.row(b, row);
        sum += static_cast<double>(weight.get({e, r})) * tokens.get({e, r, c});
      }
      EXPECT_NEAR(out.get({b, 0, c}), sum, tolerance(s.dtype) * 4);
    }
  }
}

void gather(const Setting& s, int64_t wanted) {
  const Context ctx(s.backend);
  const Pictures pictures(s.ragged, s.counts);
  Tensor tokens(s.dtype, pictures.shape({s.dim}), s.memory);
  Tensor out(s.dtype, {pictures.batch, wanted, s.dim}, s.memory), zero(s.dtype, {1, 1, s.dim});
  zero.fill(std::vector<float>(static_cast<size_t>(s.dim), 0.0f));
  IndexTensor index({pictures.batch, wanted});
  tokens.randomize(1);
  add_special_values(tokens);
  index.randomize(2, pictures.tokens);
  EXPECT_EQUAL(tkz_gather(ctx, nullptr, pictures.ragged(), &tokens.view, &index.view, &out.view),
               kOk);
  for (int64_t b = 0; b < pictures.batch; b++) {
    for (int64_t i = 0; i < wanted; i++) {
      const int64_t row = index(b, i);
      const bool exists = row >= 0 && row < pictures.count(b);
      EXPECT_EQUAL(exists ? same_row(out, b, i, tokens, pictures.entry(b), pictures.row(b, row))
                          : same_row(out, b, i, zero, 0, 0),
                   true);
    }
  }
}

/// Three pieces, of which the second is one row for all pictures.
void layout(const Setting& s, int64_t length) {
  const Context ctx(s.backend);
  const Pictures pictures(s.ragged, s.counts);
  Tensor patches(s.dtype, pictures.shape({s.dim}), s.memory);
  Tensor newline(s.dtype, {1, 1, s.dim}, s.memory), zero(s.dtype, {1, 1, s.dim});
  Tensor views(s.dtype, {pictures.batch, 4, s.dim}, s.memory);
  Tensor out(s.dtype, {pictures.batch, length, s.dim}, s.memory);
  zero.fill(std::vector<float>(static_cast<size_t>(s.dim), 0.0f));
  patches.randomize(1);
  newline.randomize(2);
  views.randomize(3);
  add_special_values(patches);
  add_special_values(newline);
  IndexTensor plan({pictures.batch, length, 2});
  plan.randomize(4, std::max<int64_t>(3, pictures.tokens));
  for (int64_t b = 0; b < pictures.batch; b++) {
    for (int64_t i = 0; i < length; i++) {
      plan(b, i, 0) = i % 11 == 10 ? INT32_MAX : static_cast<int32_t>(i % 5) - 1;
      if (i % 5 == 2 && i % 3 != 0) plan(b, i, 1) = 0;
    }
  }
  const tkz_tensor* pieces[] = {&patches.view, &newline.view, &views.view};
  EXPECT_EQUAL(tkz_layout(ctx, nullptr, pictures.ragged(), pieces, 3, &plan.view, &out.view), kOk);
  for (int64_t b = 0; b < pictures.batch; b++) {
    const int64_t rows[] = {pictures.count(b), 1, 4};
    for (int64_t i = 0; i < length; i++) {
      const int32_t piece = plan(b, i, 0);
      const int64_t row = plan(b, i, 1);
      bool same;
      if (piece < 0 || piece > 2 || row < 0 || row >= rows[piece]) {
        same = same_row(out, b, i, zero, 0, 0);
      } else if (piece == 0) {
        same = same_row(out, b, i, patches, pictures.entry(b), pictures.row(b, row));
      } else {
        same = same_row(out, b, i, piece == 1 ? newline : views, piece == 1 ? 0 : b, row);
      }
      EXPECT_EQUAL(same, true);
    }
  }
}

void everything(const Setting& s) {
  for (const Rule rule :
       {Rule::kPlusMean, Rule::kMeanWith, Rule::kSize, Rule::kAdd, Rule::kAddToZero}) {
    merge_to_targets(s, rule, false);
    merge_to_targets(s, rule, true);
  }
  self_preserving(s, 7, 3);
  self_preserving(s, 5, 1);
  self_preserving(s, 0, 2);
  self_preserving(s, 3, 0);
  weighted_sum(s, -1);
  weighted_sum(s, 0);
  weighted_sum(s, 19);
  gather(s, 13);
  gather(s, 0);
  layout(s, 23);
}

/// Offsets that fall or leave the tensor change what is read, never where memory ends.
void hostile_offsets_stay_in_bounds() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    Tensor rows(TKZ_F32, {1, 5, 4}), out(TKZ_F32, {3, 2, 4});
    rows.randomize(1);
    IndexTensor index({1, 5}, 1), wanted({3, 2}, 4);
    const int32_t offsets[] = {-7, 900, 3, INT32_MAX};
    const tkz_ragged ragged = {sizeof ragged, 0, 3, 1000, offsets};
    const Space space(3, 1000, 2);
    EXPECT_EQUAL(tkz_scatter_add(ctx, nullptr, &ragged, &rows.view, &index.view, nullptr, &out.view,
                                 space.data(), space.bytes),
                 kOk);
    EXPECT_EQUAL(tkz_gather(ctx, nullptr, &ragged, &rows.view, &wanted.view, &out.view), kOk);
    EXPECT_EQUAL(same_row(out, 0, 0, rows, 0, 4), true);
    EXPECT_EQUAL(out.get({1, 0, 0}), 0.0f);
  }
}

/// A picture gives the same bits alone, in a batch, and in a ragged batch.
void company_does_not_show() {
  for (const int32_t backend : backends()) {
    const Context ctx(backend);
    const int64_t n = 37, dim = 24;
    Tensor target(TKZ_F16, {2, 3, dim}), source(TKZ_F16, {2, n, dim}), both(TKZ_F16, {2, 3, dim});
    IndexTensor assign({2, n});
    target.randomize(1);
    source.randomize(2);
    assign.randomize(3, 3);
    const tkz_merge_params params = {sizeof params, TKZ_TARGET_PLUS_MEAN};
    const Space space(2, n, 3);
    EXPECT_EQUAL(tkz_target_mean_merge(ctx, nullptr, &params, nullptr, &target.view, &source.view,
                                       &assign.view, &both.view, space.data(), space.bytes),
                 int32_t{TKZ_OK});
    Tensor alone(TKZ_F16, {1, 3, dim});
    tkz_tensor t = target.view, s = source.view, a = assign.view;
    for (tkz_tensor* view : {&t, &s, &a}) {
      view->data =
          static_cast<char*>(view->data) + view->stride[0] * (view->dtype == TKZ_I32 ? 4 : 2);
      view->shape[0] = 1;
    }
    EXPECT_EQUAL(tkz_target_mean_merge(ctx, nullptr, &params, nullptr, &t, &s, &a, &alone.view,
                                       space.data(), space.bytes),
                 int32_t{TKZ_OK});
    for (int64_t i = 0; i < 3; i++) EXPECT_EQUAL(same_row(alone, 0, i, both, 1, i), true);
  }
}

/// Work large enough for several threads gives the same bits with one, two, three and seven.
void threads_do_not_show() {
  const int64_t n = 2600, c = 70, dim = 1030;
  Tensor target(TKZ_F32, {1, c, dim}), source(TKZ_F32, {1, n, dim}), weight(TKZ_F32, {1, n});
  Tensor size(TKZ_F32, {1, c}), ones(TKZ_F32, {1, n}), share(TKZ_F32, {1, c, 3});
  IndexTensor assign({1, n}), wanted({1, n}), taker({1, c, 3}), plan({1, n, 2});
  target.randomize(1);
  source.randomize(2);
  weight.randomize(3);
  assign.randomize(4, c);
  wanted.randomize(5, n);
  taker.randomize(6, n);
  plan.randomize(7, 2);
  for (int64_t i = 0; i < c; i++) size.set({0, i}, 1.0f + static_cast<float>(i % 3));
  ones.fill(std::vector<float>(n, 1.0f));
  for (int64_t i = 0; i < 3 * c; i++) share.set({0, i / 3, i % 3}, 0.25f);
  std::vector<std::vector<unsigned char>> first;
  for (const int32_t threads : {1, 2, 3, 7}) {
    const Context ctx(TKZ_BACKEND_CPU, threads);
    const Space space(1, n, c);
    Tensor weighted(TKZ_F32, {1, c, dim}), sizes(TKZ_F32, {1, c}), added(TKZ_F32, {1, c, dim});
    Tensor preserved(TKZ_F32, {1, n, dim}), laid_out(TKZ_F32, {1, n, dim});
    Tensor merged(TKZ_F32, {1, c, dim}), sum(TKZ_F32, {1, 1, dim}), copied(TKZ_F32, {1, n, dim});
    const tkz_merge_params params = {sizeof params, TKZ_TARGET_PLUS_MEAN};
    EXPECT_EQUAL(tkz_target_mean_merge(ctx, nullptr, &params, nullptr, &target.view, &source.view,
                                       &assign.view, &merged.view, space.data(), space.bytes),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(
        tkz_weighted_sum(ctx, nullptr, nullptr, &source.view, &weight.view, nullptr, &sum.view),
        int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_gather(ctx, nullptr, nullptr, &source.view, &wanted.view, &copied.view),
                 int32_t{TKZ_OK});
    const tkz_tensor* const pieces[] = {&source.view, &target.view};
    EXPECT_EQUAL(tkz_layout(ctx, nullptr, nullptr, pieces, 2, &plan.view, &laid_out.view),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_size_weighted_merge(ctx, nullptr, nullptr, &target.view, &size.view,
                                         &source.view, &ones.view, &assign.view, &weighted.view,
                                         &sizes.view, space.data(), space.bytes),
                 int32_t{TKZ_OK});
    EXPECT_EQUAL(
        tkz_self_preserving_merge(ctx, nullptr, nullptr, &source.view, &target.view, &taker.view,
                                  &share.view, &preserved.view, space.data(), space.bytes),
        int32_t{TKZ_OK});
    EXPECT_EQUAL(tkz_scatter_add(ctx, nullptr, nullptr, &source.view, &assign.view, nullptr,
                                 &added.view, space.data(), space.bytes),
                 int32_t{TKZ_OK});
    const std::vector<std::vector<unsigned char>> got = {
        merged.bytes(),   sum.bytes(),   copied.bytes(), laid_out.bytes(),
        weighted.bytes(), sizes.bytes(), added.bytes(),  preserved.bytes()};
    if (first.empty()) first = got;
    EXPECT_EQUAL(got == first, true);
  }
}

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    for (const int32_t dtype : kFloats) {
      for (const bool ragged : {false, true}) {
        const std::vector<Setting> settings = {
            {backend, dtype, Memory::kContiguous, ragged, 5, 16, {37, 0, 12}},
            {backend, dtype, Memory::kPadded, ragged, 3, 33, {9, 40}},
            {backend, dtype, Memory::kPadded, ragged, 1, 1, {1}},
            {backend, dtype, Memory::kContiguous, ragged, 4, 8, {0, 0}},
            {backend, dtype, Memory::kContiguous, ragged, 0, 8, {3}},
            {backend, dtype, Memory::kContiguous, ragged, 9, 24, {2, 3, 1}},
        };
        for (const Setting& s : settings) run(s.name(), [&] { everything(s); });
      }
    }
  }
  run("long chains", [] {
    everything({TKZ_BACKEND_CPU, TKZ_F32, Memory::kContiguous, false, 700, 40, {1500}});
  });
  run("hostile offsets", hostile_offsets_stay_in_bounds);
  run("company", company_does_not_show);
  run("threads", threads_do_not_show);
  return result();
}
