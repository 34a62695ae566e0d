# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Choosing tokens by their scores: top-k, FiCoCo's quantile and its local penalty."""
import torch
import torch.nn.functional as F

from . import Case, Problem, nearly, normal, size_of

GRID = 24
DISCARDED, EPSILON = 42, 0.998


def flags_of(batch, device):
    return torch.empty(batch, dtype=torch.int32, device=device)


def top_k(tokens, k):
    def make(library, batch, dtype, device, generator):
        scores = normal(generator, batch, tokens, dtype=dtype, device=device)
        indices = torch.empty(batch, k, dtype=torch.int32, device=device)
        ours = library.bind("tkz_top_k", params=library.struct("tkz_top_k_params", k=k),
                            scores=scores, indices=indices, non_finite=flags_of(batch, device))

        def published(scores):
            return scores.topk(k, dim=1).indices.sort(1).values

        def check():
            order = scores.sort(dim=1, descending=True, stable=True).indices  # the lower index wins
            assert torch.equal(indices.long(), order[:, :k].sort(1).values), "indices differ"
            return {"indices": 0.0}

        return Problem(ours, published, (scores,), check, size_of(scores, indices))
    return make


def quantile_select(library, batch, dtype, device, generator):
    tokens = GRID * GRID - DISCARDED
    values = torch.rand(batch, DISCARDED, tokens, generator=generator, device=device)
    room = 8
    indices = torch.empty(batch, DISCARDED, room, dtype=torch.int32, device=device)
    count = torch.empty(batch, DISCARDED, dtype=torch.int32, device=device)
    ours = library.bind(
        "tkz_quantile_select", params=library.struct("tkz_quantile_select_params", epsilon=EPSILON),
        values=values, indices=indices, count=count, non_finite=flags_of(batch, device))

    def published(values):
        """The published mask; its reduction to one number of targets waits for the device."""
        return values >= torch.quantile(values, EPSILON, dim=-1, keepdim=True)

    def check():
        rho = min(tokens - 1, max(0, -int(-(EPSILON * (tokens - 1) - 1e-9) // 1)))
        threshold = values.sort(-1).values[..., rho:rho + 1]
        wanted = values >= threshold
        assert torch.equal(count.long(), wanted.sum(-1)), "counts differ"
        chosen = torch.zeros_like(wanted)
        for slot in range(room):  # a -1 must not clear what another slot has set
            at = indices[..., slot:slot + 1].long()
            chosen |= torch.zeros_like(wanted).scatter_(-1, at.clamp(min=0), at >= 0)
        assert torch.equal(chosen, wanted), "the selected entries differ"
        return {"indices": 0.0}

    return Problem(ours, published, (values,), check, size_of(values, indices, count))


def local_penalty(library, batch, dtype, device, generator):
    scores = normal(generator, batch, GRID * GRID, device=device)
    position = torch.arange(GRID * GRID, dtype=torch.int32, device=device).repeat(batch, 1)
    out = torch.empty_like(scores)
    params = library.struct("tkz_local_penalty_params", coefficient=2.0, grid_h=GRID, grid_w=GRID,
                            window_h=2, window_w=2)
    ours = library.bind("tkz_local_penalty", params=params, scores=scores, position=position,
                        out=out, non_finite=flags_of(batch, device))

    def published(scores):
        grid = scores.view(-1, 1, GRID, GRID)
        value, where = F.max_pool2d(grid, 2, return_indices=True)
        value, where = value.flatten(1), where.flatten(1)
        penalised = torch.where(value > 0, value * 2.0, value / 2.0)
        return scores.scatter(1, where, penalised)

    return Problem(ours, published, (scores,),
                   lambda: {"out": nearly("out", out, published(scores), 0.0)},
                   size_of(scores, position, out))


FP32 = (torch.float32,)
CASES = [
    Case("top_k", "selection", ("tkz_top_k",), top_k(576, 54), "N 576, k 54", dtypes=FP32),
    Case("top_k_video", "selection", ("tkz_top_k",), top_k(18432, 2048), "N 18432, k 2048",
         batches=(1, 8), dtypes=FP32),
    Case("quantile_select", "selection", ("tkz_quantile_select",), quantile_select,
         f"{DISCARDED} rows of {GRID * GRID - DISCARDED}, epsilon {EPSILON}", dtypes=FP32),
    Case("local_penalty", "selection", ("tkz_local_penalty",), local_penalty,
         f"{GRID} x {GRID}, window 2 x 2", dtypes=FP32),
]
