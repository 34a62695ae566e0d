# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Moving and merging rows: gathers, weighted sums, and the merges of VisionZip, ToMe and FiCoCo."""
import torch

from . import TOKENS, WIDTH, Case, Problem, nearly, normal, rounding, size_of

KEPT, MERGED, TARGETS = 64, 513, 64
DISCARDED = 42


def rows_of(tokens, index):
    return tokens.gather(1, index.long().unsqueeze(-1).expand(-1, -1, tokens.shape[2]))


def distinct(generator, batch, total, count, device):
    """`count` ascending indices below `total` for each picture, int32."""
    order = torch.rand(batch, total, generator=generator, device=device).argsort(1)
    return order[:, :count].sort(1).values.int().contiguous()


def anywhere(generator, device, below, *shape):
    return torch.randint(below, shape, generator=generator, device=device, dtype=torch.int32)


def workspace_of(library, device, batch, entries, targets):
    return library.workspace("tkz_merge_workspace", device, batch=batch, entries=entries,
                             targets=targets)


def gather(library, batch, dtype, device, generator):
    tokens = normal(generator, batch, TOKENS, WIDTH, dtype=dtype, device=device)
    index = distinct(generator, batch, TOKENS, KEPT, device)
    out = torch.empty(batch, KEPT, WIDTH, dtype=dtype, device=device)
    ours = library.bind("tkz_gather", tokens=tokens, index=index, out=out)

    def published(tokens, index):
        return rows_of(tokens, index)

    def check():
        assert torch.equal(out, published(tokens, index)), "rows differ"
        return {"out": 0.0}

    return Problem(ours, published, (tokens, index.long()), check, 2 * size_of(out) + size_of(index))


def weighted_sum(library, batch, dtype, device, generator):
    tokens = normal(generator, batch, TOKENS - 1, WIDTH, dtype=dtype, device=device)
    weight = torch.rand(batch, TOKENS - 1, generator=generator, device=device) / TOKENS
    out = torch.empty(batch, 1, WIDTH, dtype=dtype, device=device)
    ours = library.bind("tkz_weighted_sum", tokens=tokens, weight=weight, out=out)

    def published(tokens, weight):
        return (tokens * weight.unsqueeze(-1)).sum(1, keepdim=True)

    return Problem(ours, published, (tokens, weight.to(dtype)),
                   lambda: {"out": nearly("out", out, published(tokens.float(), weight),
                                          rounding(dtype))},
                   size_of(tokens, weight, out), 2 * tokens.numel())


def target_mean_merge(library, batch, dtype, device, generator, targets=10):
    target = normal(generator, batch, targets, WIDTH, dtype=dtype, device=device)
    source = normal(generator, batch, MERGED, WIDTH, dtype=dtype, device=device)
    assign = anywhere(generator, device, targets, batch, MERGED)
    out = torch.empty_like(target)
    mode = library.constants["TKZ_TARGET_PLUS_MEAN"]
    ours = library.bind("tkz_target_mean_merge", params=library.struct("tkz_merge_params", mode=mode),
                        target=target, source=source, assign=assign, out=out,
                        workspace=workspace_of(library, device, batch, MERGED, targets))

    def published(target, source, assign):
        """One-hot matrix product, as in the published code."""
        one_hot = torch.zeros(batch, MERGED, targets, dtype=source.dtype, device=device)
        one_hot.scatter_(2, assign.unsqueeze(-1), 1)
        count = one_hot.sum(1).clamp(min=1).unsqueeze(-1)
        return target + one_hot.transpose(1, 2).bmm(source) / count

    return Problem(ours, published, (target, source, assign.long()),
                   lambda: {"out": nearly("out", out, published(target.float(), source.float(),
                                                                assign.long()), rounding(dtype))},
                   size_of(target, source, assign, out), source.numel())


def size_weighted_merge(library, batch, dtype, device, generator, targets=288, merged=23):
    target = normal(generator, batch, targets, WIDTH, dtype=dtype, device=device)
    source = normal(generator, batch, merged, WIDTH, dtype=dtype, device=device)
    target_size = anywhere(generator, device, 3, batch, targets).float() + 1
    source_size = anywhere(generator, device, 3, batch, merged).float() + 1
    assign = anywhere(generator, device, targets, batch, merged)
    out, out_size = torch.empty_like(target), torch.empty_like(target_size)
    ours = library.bind("tkz_size_weighted_merge", target=target, target_size=target_size,
                        source=source, source_size=source_size, assign=assign, out=out,
                        out_size=out_size,
                        workspace=workspace_of(library, device, batch, merged, targets))

    def published(target, target_size, source, source_size, assign):
        """Tokens times sizes, scatter-added, divided by the scatter-added sizes."""
        index = assign.unsqueeze(-1).expand(-1, -1, WIDTH)
        total = (target * target_size.unsqueeze(-1)).scatter_add(
            1, index, source * source_size.unsqueeze(-1))
        size = target_size.scatter_add(1, assign, source_size)
        return total / size.unsqueeze(-1), size

    def check():
        rows, size = published(target.float(), target_size, source.float(), source_size,
                               assign.long())
        return {"out": nearly("out", out, rows, rounding(dtype)),
                "out_size": nearly("out_size", out_size, size, 0.0)}

    inputs = (target, target_size.to(dtype), source, source_size.to(dtype), assign.long())
    return Problem(ours, published, inputs, check,
                   size_of(target, source, out, target_size, source_size, out_size, assign),
                   2 * (target.numel() + source.numel()))


def self_preserving_merge(library, batch, dtype, device, generator):
    kept = TOKENS - 1 - DISCARDED
    tokens = normal(generator, batch, kept, WIDTH, dtype=dtype, device=device)
    removed = normal(generator, batch, DISCARDED, WIDTH, dtype=dtype, device=device)
    index = anywhere(generator, device, kept, batch, DISCARDED, 2)
    weight = torch.rand(batch, DISCARDED, 2, generator=generator, device=device)
    out = torch.empty_like(tokens)
    ours = library.bind("tkz_self_preserving_merge", tokens=tokens, removed=removed, index=index,
                        weight=weight, out=out,
                        workspace=workspace_of(library, device, batch, 2 * DISCARDED, kept))

    def published(tokens, removed, index, weight):
        flat, share = index.flatten(1), weight.flatten(1)
        parts = (removed.unsqueeze(2) * weight.unsqueeze(-1)).flatten(1, 2)
        total = tokens.scatter_add(1, flat.unsqueeze(-1).expand(-1, -1, WIDTH), parts)
        size = torch.ones_like(tokens[:, :, 0]).scatter_add(1, flat, share)
        return total / size.unsqueeze(-1)

    def check():
        expected = published(tokens.float(), removed.float(), index.long(), weight)
        return {"out": nearly("out", out, expected, rounding(dtype))}

    return Problem(ours, published, (tokens, removed, index.long(), weight.to(dtype)), check,
                   size_of(tokens, removed, index, weight, out),
                   2 * (tokens.numel() + 2 * removed.numel()))


def scatter_add(library, batch, dtype, device, generator):
    rows = normal(generator, batch, MERGED, WIDTH, dtype=dtype, device=device)
    index = anywhere(generator, device, TARGETS, batch, MERGED)
    base = normal(generator, batch, TARGETS, WIDTH, dtype=dtype, device=device)
    out = torch.empty_like(base)
    ours = library.bind("tkz_scatter_add", rows=rows, index=index, base=base, out=out,
                        workspace=workspace_of(library, device, batch, MERGED, TARGETS))

    def published(rows, index, base):
        return base.scatter_add(1, index.unsqueeze(-1).expand(-1, -1, WIDTH), rows)

    return Problem(ours, published, (rows, index.long(), base),
                   lambda: {"out": nearly("out", out, published(rows.float(), index.long(),
                                                                base.float()), rounding(dtype))},
                   size_of(rows, index, base, out), rows.numel())


CASES = [
    Case("gather", "merging", ("tkz_gather",), gather, f"{KEPT} of {TOKENS}, D {WIDTH}"),
    Case("weighted_sum", "merging", ("tkz_weighted_sum",), weighted_sum,
         f"n {TOKENS - 1}, D {WIDTH}"),
    Case("target_mean_merge", "merging", ("tkz_target_mean_merge",), target_mean_merge,
         f"{MERGED} into 10, D {WIDTH}"),
    Case("size_weighted_merge", "merging", ("tkz_size_weighted_merge",), size_weighted_merge,
         f"23 into 288, D {WIDTH}"),
    Case("self_preserving_merge", "merging", ("tkz_self_preserving_merge",), self_preserving_merge,
         f"{DISCARDED} x 2 into {TOKENS - 1 - DISCARDED}, D {WIDTH}"),
    Case("scatter_add", "merging", ("tkz_scatter_add",), scatter_add,
         f"{MERGED} into {TARGETS}, D {WIDTH}"),
]
