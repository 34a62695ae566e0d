# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""A layer of FiCoCo-V with the scores of its published code: 42 of 576 patches go.

The published code serves one picture at a time; batches are its loop over them.
"""
import torch

from . import HEAD_DIM, HEADS, TOKENS, WIDTH, Case, Problem, highest, nearly, normal, rounding, size_of

GRID, REMOVED, LISTED, SCALE = 24, 42, 2, HEAD_DIM**-0.5
PATCHES = GRID * GRID
CLS_SHARE, QUANTILE = 0.35, 0.998


def redundancy(attention):
    """Scores of the patches [N] of one picture's mean logits [S,S], the window penalty applied."""
    unit = torch.nn.functional.normalize
    score = ((1 - CLS_SHARE) * unit(attention[1:, 1:].mean(-1), dim=0)
             - CLS_SHARE * unit(attention[0, 1:], dim=0))
    windows = score.view(GRID // 2, 2, GRID // 2, 2).transpose(1, 2).reshape(-1, 4)
    cells = torch.arange(PATCHES, device=score.device).view(GRID // 2, 2, GRID // 2, 2)
    winners = cells.transpose(1, 2).reshape(-1, 4).gather(1, windows.argmax(1, keepdim=True))
    worst = score[winners.flatten()]
    score[winners.flatten()] = torch.where(worst > 0, worst * 2, worst / 2)
    return score


def reduce_one(attention, tokens):
    """The steps of the published code on one picture, with targets looked up where they are now."""
    score = redundancy(attention.float())
    order = torch.cat([score.argsort(descending=True) + 1, score.new_zeros(1, dtype=torch.long)])
    removed, remaining = order[:REMOVED], order[REMOVED:]
    rows = attention[removed].float()  # the quantile takes nothing narrower
    most = int((rows > rows.quantile(QUANTILE, dim=-1, keepdim=True)).sum(-1).max().item())
    values, targets = attention.softmax(-1).topk(most, dim=-1)
    weights = (values / values.sum(-1, keepdim=True))[removed]
    places = torch.zeros_like(order).scatter_(0, remaining, torch.arange(
        len(remaining), device=order.device))
    to = places[targets[removed]].flatten()
    parts = (tokens[removed].unsqueeze(1) * weights.unsqueeze(-1)).flatten(0, 1)
    merged = tokens[remaining].index_add(0, to, parts.to(tokens.dtype))
    sizes = torch.ones(len(remaining), 1, device=tokens.device, dtype=tokens.dtype)
    return merged / sizes.index_add(0, to, weights.flatten().unsqueeze(1).to(tokens.dtype))


def published(query, keys, tokens):
    attention = ((query * SCALE) @ keys.transpose(2, 3)).mean(1)
    return [reduce_one(attention[b], tokens[b]) for b in range(len(tokens))]


def layer(library, batch, dtype, device, generator):
    def values(*shape):
        return normal(generator, *shape, dtype=dtype, device=device)
    query, keys = (values(batch, TOKENS, HEADS, HEAD_DIM).transpose(1, 2) for _ in range(2))
    tokens = values(batch, TOKENS, WIDTH)
    left = torch.empty(batch, TOKENS - REMOVED, WIDTH, dtype=dtype, device=device)
    cells = torch.arange(PATCHES, dtype=torch.int32, device=device).repeat(batch, 1)

    def ints(*shape):
        return torch.empty(batch, *shape, dtype=torch.int32, device=device)

    def floats(*shape):
        return torch.empty(batch, *shape, device=device)
    decided = {"scores": floats(PATCHES), "removed": ints(REMOVED),
               "kept": ints(PATCHES - REMOVED), "cells": ints(PATCHES - REMOVED),
               "targets": ints(REMOVED, LISTED), "weights": floats(REMOVED, LISTED),
               "count": ints(REMOVED), "non_finite": ints()}
    params = library.struct(
        "tkz_ficoco_v_params", preset=library.constants["TKZ_FICOCO_RELEASED"], has_cls=1,
        scale=SCALE, epsilon=QUANTILE, removals=REMOVED, listed=LISTED, coefficient=2.0,
        grid_h=GRID, grid_w=GRID, window_h=2, window_w=2, **{"lambda": 1 - CLS_SHARE})
    workspace = library.workspace("tkz_ficoco_v_workspace", device, params=params, batch=batch,
                                  heads=HEADS, tokens=TOKENS, head_dim=HEAD_DIM)
    ours = library.bind("tkz_ficoco_v_layer", params=params, query=query, keys=keys, tokens=tokens,
                        cells=cells, step=library.struct("tkz_ficoco_v_step", **decided), out=left,
                        workspace=workspace)

    def check():
        """Scores are the published ones; what is left follows from the decisions made."""
        attention = ((query.float() * SCALE) @ keys.float().transpose(2, 3)).mean(1)
        errors = {}
        for b in range(batch):
            score = redundancy(attention[b])
            errors["scores"] = nearly("scores", decided["scores"][b] * GRID, score * GRID, 1e-4)
            removed, kept = decided["removed"][b].long(), decided["kept"][b].long()
            errors["removed"] = highest("removed", score[None], removed[None], 1e-5)
            rows = attention[b][removed + 1][:, kept + 1]
            targets = decided["targets"][b].long()
            errors["targets"] = highest("targets", rows, targets, 1e-4)
            shares = rows.gather(1, targets).softmax(-1)
            errors["weights"] = nearly("weights", decided["weights"][b], shares, 1e-4)
            alpha = torch.zeros_like(rows).scatter_(1, targets, shares)
            own = tokens[b].float()
            merged = ((own[kept + 1] + alpha.T @ own[removed + 1])
                      / (1 + alpha.sum(0)).unsqueeze(-1))
            assert torch.equal(left[b, 0], tokens[b, 0]), "CLS was changed"
            errors["out"] = nearly("out", left[b, 1:], merged, rounding(dtype))
        return errors

    return Problem(ours, published, (query, keys, tokens), check,
                   size_of(query, keys, tokens, left),
                   2 * batch * REMOVED * (PATCHES - REMOVED) * WIDTH + 5 * query.numel(),
                   launches=7)


CASES = [
    Case("ficoco_v_layer", "ficoco", ("tkz_ficoco_v_layer",), layer,
         f"H {HEADS}, S {TOKENS}, d {HEAD_DIM}, D {WIDTH}, {REMOVED} removed",
         dtypes=(torch.bfloat16, torch.float32), captures=False),
]
