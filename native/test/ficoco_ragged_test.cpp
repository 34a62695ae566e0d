// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// FiCoCo-V's layer on a ragged batch: every picture gets the bits it gets alone, and what has room
// for more is filled up.
#include <algorithm>
#include <cmath>
#include <string>

#include "expect.h"
#include "ints.h"
#include "ragged.h"
#include "tensors.h"

using namespace test;

namespace {

using Bytes = std::vector<unsigned char>;

constexpr int32_t kOk = TKZ_OK;
constexpr int64_t kHeads = 4, kKeyHeads = 2;
constexpr float kScale = 0.3f;

struct Case {
  std::string name;
  std::vector<int32_t> counts;
  int64_t max_tokens, removals, dim, width;
  double epsilon;
};

const Case kMixed = {"mixed", {5, 0, 70, 1, 33, 2, 12, 13}, 70, 11, 16, 20, 0.9};

const Case kCases[] = {kMixed,
                       {"room for more, one patch left of each", {5, 0, 30, 1}, 41, 200, 7, 9, 0.5},
                       {"nothing removed", {4, 9, 0}, 9, 0, 8, 5, 0.998},
                       {"rows beyond max_tokens", {40, 9, 21}, 20, 6, 16, 8, 0.8},
                       {"no tokens", {0, 0}, 4, 3, 4, 6, 0.9},
                       {"no tokens and no room", {0, 0, 0}, 0, 3, 4, 6, 0.9},
                       {"no pictures", {}, 8, 2, 4, 6, 0.9}};

/// Blocks of a GPU have more threads for the first than for the others when those are alone.
const Case kLong = {"long and short", {1300, 40}, 1300, 150, 8, 16, 0.98};

struct Counts {
  Counts(int64_t tokens, int64_t has_cls, int64_t removals)
      : cls(std::min(has_cls, tokens)),
        patches(tokens - cls),
        gone(std::min(removals, std::max<int64_t>(0, patches - 1))) {}
  int64_t kept() const { return patches - gone; }

  int64_t cls, patches, gone;
};

/// What a call writes; nothing of it is set yet.
struct Decided {
  Decided(int64_t pictures, const Counts& n, int64_t listed, int32_t dtype, int64_t width)
      : batch(pictures),
        scores(TKZ_F32, {batch, n.patches}),
        weights(TKZ_F32, {batch, n.gone, listed}),
        out(dtype, {batch, n.cls + n.kept(), width}, Memory::kPadded),
        removed({batch, n.gone}),
        kept({batch, n.kept()}),
        cells({batch, n.kept()}),
        targets({batch, n.gone, listed}),
        count({batch, n.gone}),
        non_finite({batch}) {}

  tkz_ficoco_v_step step() {
    const auto floats = [](Tensor& t) { return static_cast<float*>(t.view.data); };
    return {sizeof(tkz_ficoco_v_step), floats(scores),    removed.data.data(),
            kept.data.data(),          cells.data.data(), targets.data.data(),
            floats(weights),           count.data.data(), non_finite.data.data()};
  }

  /// All that was written, and the gaps that were not.
  Bytes bytes() const {
    Bytes all;
    for (const Tensor* t : {&scores, &weights, &out}) {
      all.insert(all.end(), t->bytes().begin(), t->bytes().end());
    }
    for (const Ints* list : {&removed, &kept, &cells, &targets, &count, &non_finite}) {
      const auto* data = reinterpret_cast<const unsigned char*>(list->data.data());
      all.insert(all.end(), data, data + list->data.size() * sizeof(int32_t));
    }
    return all;
  }

  int64_t batch;
  Tensor scores, weights, out;
  Ints removed, kept, cells, targets, count, non_finite;
};

/// The inputs of a call, packed or of one picture.
struct Views {
  tkz_tensor query, keys, tokens, cells, lse, seen, special;
};

tkz_tensor narrow(tkz_tensor view, int dim, int64_t begin, int64_t count) {
  const int64_t size = view.dtype == TKZ_I32 ? 4 : size_of(view.dtype);
  view.data = static_cast<char*>(view.data) + begin * view.stride[dim] * size;
  view.shape[dim] = count;
  return view;
}

struct Layer {
  Layer(int32_t preset, int32_t has_cls, const Case& c, int32_t dtype = TKZ_F32,
        Memory memory = Memory::kPadded)
      : of(c),
        batch(c.counts, c.max_tokens),
        room(c.max_tokens, has_cls, c.removals),
        query(dtype, {1, kHeads, total(), c.dim}, memory),
        keys(dtype, {1, kKeyHeads, total(), c.dim}, memory),
        tokens(dtype, {1, total(), c.width}, Memory::kPadded),
        lse(TKZ_F32, {1, kHeads, total()}),
        seen(TKZ_F32, {pictures(), room.patches}, Memory::kPadded),
        special(TKZ_F32, {1, total()}),
        cells({pictures(), room.patches}) {
    const auto edge = static_cast<int32_t>(std::sqrt(static_cast<double>(c.max_tokens) * 1.5)) + 1;
    params = {sizeof params, preset,     has_cls, kScale, preset == 0 ? 0.35 : 0.65,
              c.epsilon,     c.removals, kListed, 2.0f,   edge,
              edge,          2,          2,       0};
    query.randomize(1);
    keys.randomize(2);
    tokens.randomize(3);
    seen.randomize(4);
    special.randomize(5);
    for (int64_t b = 0; b < pictures(); b++) {
      for (int64_t i = 0; i < room.patches; i++) {
        const bool is_patch = i < counts(b).patches;
        cells.data[static_cast<size_t>(b * room.patches + i)] =
            is_patch ? static_cast<int32_t>(i + i / 3) : -1;
        if (!is_patch) seen.set({b, i}, NAN);  // which nobody may look at
      }
      if (counts(b).cls != 0) special.set({0, batch.first(b)}, NAN);
    }
  }

  int64_t pictures() const { return batch.view.batch; }
  /// One row at the end belongs to no picture.
  int64_t total() const {
    return batch.total() + (of.counts.empty() || batch.total() == 0 ? 0 : 1);
  }
  int64_t tokens_of(int64_t b) const { return std::min(batch.count(b), of.max_tokens); }
  Counts counts(int64_t b) const { return {tokens_of(b), params.has_cls, of.removals}; }

  Views packed() const {
    return {query.view, keys.view, tokens.view, cells.view, lse.view, seen.view, special.view};
  }
  /// Without lse, which is contiguous.
  Views picture(int64_t b) const {
    const int64_t first = batch.first(b), count = tokens_of(b);
    const Counts n = counts(b);
    return {narrow(query.view, 2, first, count),
            narrow(keys.view, 2, first, count),
            narrow(tokens.view, 1, first, count),
            narrow(narrow(cells.view, 0, b, 1), 1, 0, n.patches),
            {},
            narrow(narrow(seen.view, 0, b, 1), 1, 0, n.patches),
            narrow(special.view, 1, first + n.cls, n.patches)};
  }

  int32_t run(tkz_ctx* ctx, tkz_ficoco_v_params p, const tkz_ragged* ragged, Views in,
              Decided& to) const {
    const bool released = p.preset == TKZ_FICOCO_RELEASED;
    size_t bytes = 0;
    EXPECT_EQUAL(tkz_ficoco_v_workspace(&p, to.batch, kKeyHeads,
                                        ragged != nullptr ? ragged->max_tokens : in.tokens.shape[1],
                                        of.dim, &bytes),
                 kOk);
    Bytes memory(bytes + 256, 0xff);  // NaN
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    tkz_ficoco_v_step step = to.step();
    return tkz_ficoco_v_layer(ctx, nullptr, &p, ragged, &in.query, &in.keys, &in.tokens, &in.cells,
                              released ? nullptr : &in.lse, released ? nullptr : &in.seen,
                              released && p.has_cls != 0 ? nullptr : &in.special, &step,
                              &to.out.view, memory.data() + (256 - address % 256) % 256, bytes);
  }

  int32_t run(tkz_ctx* ctx, Decided& to) {
    EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, &batch.view, kScale, &query.view, &keys.view, &lse.view),
                 kOk);
    return run(ctx, params, &batch.view, packed(), to);
  }

  int32_t run_alone(tkz_ctx* ctx, int64_t b, Decided& to) const {
    Views in = picture(b);
    Tensor own_lse(TKZ_F32, {1, kHeads, tokens_of(b)});
    EXPECT_EQUAL(tkz_row_lse(ctx, nullptr, nullptr, kScale, &in.query, &in.keys, &own_lse.view),
                 kOk);
    in.lse = own_lse.view;
    tkz_ficoco_v_params p = params;
    p.removals = counts(b).gone;
    return run(ctx, p, nullptr, in, to);
  }

  static constexpr int64_t kListed = 3;
  const Case of;
  RaggedBatch batch;
  tkz_ficoco_v_params params = {};
  const Counts room;
  Tensor query, keys, tokens, lse, seen, special;
  Ints cells;
};

/// Row `i` of [1,..], where there are `width` elements to a row, as it is in memory.
Bytes row_of(const tkz_tensor& t, int64_t b, int64_t i, int64_t width) {
  const int64_t at = b * t.stride[0] + i * t.stride[1];
  const auto* data = static_cast<const unsigned char*>(t.data) + at * size_of(t.dtype);
  return {data, data + width * size_of(t.dtype)};
}

/// Picture `b` of a list with `room` entries has those of `alone`, then `padding`.
void expect_filled(const Ints& all, int64_t b, int64_t room, const Ints& alone, int32_t padding) {
  std::vector<int32_t> expected = alone.data;
  expected.resize(static_cast<size_t>(room), padding);
  EXPECT_LIST(all.row(b, room), expected);
}

void expect_rows(const Tensor& all, int64_t b, int64_t room, const Tensor& alone, int64_t own,
                 int64_t width) {
  for (int64_t i = 0; i < room; i++) {
    const Bytes zero(static_cast<size_t>(width * size_of(all.view.dtype)), 0);
    const Bytes expected = i < own ? row_of(alone.view, 0, i, width) : zero;
    EXPECT_EQUAL(row_of(all.view, b, i, width) == expected, true);
  }
}

void same_as_alone(int32_t backend, int32_t preset, int32_t has_cls, int32_t dtype, const Case& c) {
  const Context ctx(backend);
  Layer layer(preset, has_cls, c, dtype);
  const Counts& room = layer.room;
  Decided together(layer.pictures(), room, Layer::kListed, dtype, c.width);
  EXPECT_EQUAL(layer.run(ctx, together), kOk);
  EXPECT_LIST(together.non_finite.data, std::vector<int32_t>(c.counts.size(), 0));
  for (int64_t b = 0; b < layer.pictures(); b++) {
    const Counts n = layer.counts(b);
    Decided alone(1, n, Layer::kListed, dtype, c.width);
    EXPECT_EQUAL(layer.run_alone(ctx, b, alone), kOk);
    expect_filled(together.removed, b, room.gone, alone.removed, -1);
    expect_filled(together.kept, b, room.kept(), alone.kept, -1);
    expect_filled(together.cells, b, room.kept(), alone.cells, -1);
    expect_filled(together.targets, b, room.gone * Layer::kListed, alone.targets, -1);
    expect_filled(together.count, b, room.gone, alone.count, 0);
    expect_rows(together.scores, b, room.patches, alone.scores, n.patches, 1);
    expect_rows(together.weights, b, room.gone, alone.weights, n.gone, Layer::kListed);
    expect_rows(together.out, b, room.cls + room.kept(), alone.out, n.cls + n.kept(), c.width);
  }
}

/// The same bits with any number of threads, in batches that are worth more than one: pictures that
/// threads share and pictures that each takes for itself.
void does_not_depend_on_threads(int32_t backend, int32_t preset, int32_t several,
                                const std::vector<int32_t>& counts) {
  const Case c = {"threads", counts, 577, 42, 64, 1024, 0.998};
  Bytes expected;
  for (const int32_t threads : {1, several}) {
    Layer layer(preset, 1, c, TKZ_F32, Memory::kTokensFirst);
    Decided decided(layer.pictures(), layer.room, Layer::kListed, TKZ_F32, c.width);
    EXPECT_EQUAL(layer.run(Context(backend, threads), decided), kOk);
    if (expected.empty()) expected = decided.bytes();
    EXPECT_EQUAL(decided.bytes() == expected, true);
  }
}

/// What one picture has is not seen by the others; what belongs to none is not looked at.
void flags(int32_t backend, int32_t preset, int32_t has_cls) {
  Layer layer(preset, has_cls, kMixed);
  const int64_t bad = layer.batch.first(4) + 9, none = layer.total() - 1;
  layer.special.set({0, none}, NAN);
  layer.tokens.set({0, none, 0}, NAN);
  for (const int64_t token : {bad, none}) layer.keys.set({0, 1, token, 3}, NAN);
  Decided decided(layer.pictures(), layer.room, Layer::kListed, TKZ_F32, kMixed.width);
  EXPECT_EQUAL(layer.run(Context(backend), decided), kOk);
  EXPECT_LIST(decided.non_finite.data, std::vector<int32_t>({0, 0, 0, 0, 1, 0, 0, 0}));
}

/// Offsets that fall, or lie outside, are clamped.
void survives_wrong_offsets(int32_t backend, int32_t preset) {
  Layer layer(preset, 1, kMixed);
  layer.batch.offsets = {-7, 30, 10, 900, 1000000, 3, 12, INT32_MAX, INT32_MIN};
  layer.batch.view.offsets = layer.batch.offsets.data();
  Decided decided(layer.pictures(), layer.room, Layer::kListed, TKZ_F32, kMixed.width);
  EXPECT_EQUAL(layer.run(Context(backend), decided), kOk);
  for (const int32_t i : decided.kept.data) EXPECT_EQUAL(i >= -1 && i < layer.room.patches, true);
}

void refuses(int32_t backend) {
  const Context ctx(backend);
  const auto error = [&](int32_t preset, const auto& change) {
    Layer layer(preset, 0, kMixed);
    Views in = layer.packed();
    Decided decided(layer.pictures(), layer.room, Layer::kListed, TKZ_F32, kMixed.width);
    change(in, layer.batch.view, decided.out.view);
    EXPECT_EQUAL(layer.run(ctx, layer.params, &layer.batch.view, in, decided) < 0, true);
    return std::string(tkz_last_error());
  };
  using Out = tkz_tensor;
  EXPECT_EQUAL(
      error(1, [](Views& in, tkz_ragged&, Out&) { in.query.shape[0] = 2; }),
      std::string("tkz_ficoco_v_layer: extent P of query [P,H,T,d] must be 1 as a packed batch has "
                  "it, got 2"));
  EXPECT_EQUAL(error(1, [](Views& in, tkz_ragged&, Out&) { in.tokens.shape[1] = 3; }),
               std::string("tkz_ficoco_v_layer: extent T of tokens [P,T,D] must be 137 as query "
                           "has it, got 3"));
  EXPECT_EQUAL(error(1, [](Views& in, tkz_ragged&, Out&) { in.cells.shape[1] = 69; }),
               std::string("tkz_ficoco_v_layer: extent N of cells [B,N] must be 70 as the patch "
                           "count of max_tokens has it, got 69"));
  EXPECT_EQUAL(error(1, [](Views& in, tkz_ragged&, Out&) { in.special = in.cells; }),
               std::string("tkz_ficoco_v_layer: special must be fp32, got int32"));
  EXPECT_EQUAL(error(0, [](Views& in, tkz_ragged&, Out&) { in.special = in.seen; }),
               std::string("tkz_ficoco_v_layer: extent P of special [P,T] must be 1 as a packed "
                           "batch has it, got 8"));
  EXPECT_EQUAL(error(0, [](Views& in, tkz_ragged&, Out&) { in.seen = in.special; }),
               std::string("tkz_ficoco_v_layer: extent B of seen [B,N] must be 8 as ragged.batch "
                           "has it, got 1"));
  EXPECT_EQUAL(error(0, [](Views&, tkz_ragged&, Out& out) { out.shape[1] = 70; }),
               std::string("tkz_ficoco_v_layer: extent O of out [B,O,D] must be 59 as what is left "
                           "of max_tokens has it, got 70"));
  EXPECT_EQUAL(error(0, [](Views&, tkz_ragged& r, Out&) { r.size = 3; }),
               std::string("tkz_ficoco_v_layer: ragged.size must be 32, got 3"));
  EXPECT_EQUAL(error(0, [](Views&, tkz_ragged& r, Out&) { r.offsets = nullptr; }),
               std::string("tkz_ficoco_v_layer: ragged.offsets must not be null, got null"));
}

/// Of r counts what leaves a patch, and no product of sizes wraps around.
void workspace_sizes() {
  tkz_ficoco_v_params p = Layer(TKZ_FICOCO_RELEASED, 1, kMixed).params;
  const auto bytes = [&](int64_t removals, int64_t tokens) {
    p.removals = removals;
    size_t size = 0;
    EXPECT_EQUAL(tkz_ficoco_v_workspace(&p, 8, kKeyHeads, tokens, kMixed.dim, &size), kOk);
    return size;
  };
  EXPECT_EQUAL(bytes(69, 70), bytes(68, 70));
  EXPECT_EQUAL(bytes(INT64_MAX, 70), bytes(68, 70));
  EXPECT_EQUAL(bytes(67, 70) == bytes(68, 70), false);
  EXPECT_EQUAL(bytes(5, 1), bytes(0, 1));
  p.removals = INT32_MAX / 2;
  size_t size = 1;
  EXPECT_EQUAL(tkz_ficoco_v_workspace(&p, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX, &size),
               int32_t{TKZ_INVALID_SHAPE});
  EXPECT_EQUAL(size, size_t{1});
}

}  // namespace

int main() {
  for (const int32_t backend : backends()) {
    const std::string where = backend == TKZ_BACKEND_CPU ? "cpu " : "emulation ";
    for (const int32_t preset : {TKZ_FICOCO_PAPER, TKZ_FICOCO_RELEASED}) {
      const std::string name = where + (preset == TKZ_FICOCO_PAPER ? "paper " : "released ");
      for (const int32_t has_cls : {0, 1}) {
        const std::string with = name + (has_cls != 0 ? "with CLS, " : "without CLS, ");
        for (const int32_t dtype : {TKZ_F32, TKZ_F16, TKZ_BF16}) {
          for (const Case& c : kCases) {
            run(with + c.name, [&] { same_as_alone(backend, preset, has_cls, dtype, c); });
          }
        }
        run(with + "flags", [&] { flags(backend, preset, has_cls); });
      }
      run(name + kLong.name, [&] { same_as_alone(backend, preset, 1, TKZ_F32, kLong); });
      run(name + "wrong offsets", [&] { survives_wrong_offsets(backend, preset); });
    }
    run(where + "refusals", [&] { refuses(backend); });
  }
  run("workspace sizes", workspace_sizes);
  for (const int32_t preset : {TKZ_FICOCO_PAPER, TKZ_FICOCO_RELEASED}) {
    run("threads that share a picture", [&] {
      does_not_depend_on_threads(TKZ_BACKEND_CPU, preset, 2, {577, 1, 577});
    });
    run("threads with pictures of their own", [&] {
      does_not_depend_on_threads(TKZ_BACKEND_CPU, preset, 3,
                                 {577, 0, 577, 200, 33, 577, 2, 400, 11, 300, 577, 3});
    });
  }
  return result();
}
