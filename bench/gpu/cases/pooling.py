# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""PPLLaVA: relevance of tokens to a prompt, and pooling guided by it."""
import torch
import torch.nn.functional as F

from . import Case, Problem, nearly, normal, rounding, size_of

GRID, PROJECTION = 24, 768
KERNEL = (2, 3, 3)
TEMPERATURE = 0.01


def published_relevance(features, text):
    """Normalised, multiplied, softmax over all tokens of a video."""
    features = features / features.norm(dim=-1, keepdim=True)
    text = text / text.norm(dim=-1, keepdim=True)
    return (100.0 * (features @ text.unsqueeze(-1)).squeeze(-1)).softmax(-1)


def relevance(library, batch, dtype, device, generator):
    tokens = 16 * GRID * GRID
    features = normal(generator, batch, tokens, PROJECTION, dtype=dtype, device=device)
    text = normal(generator, batch, PROJECTION, dtype=dtype, device=device)
    scores = torch.empty(batch, tokens, device=device)
    params = library.struct("tkz_relevance_params", softmax=1, scale=100.0)
    ours = library.bind("tkz_relevance", params=params, features=features, text=text, scores=scores)

    def check():
        expected = published_relevance(features.float(), text.float())
        return {"scores": nearly("scores", scores * tokens, expected * tokens, 2e-4)}

    return Problem(ours, published_relevance, (features, text), check,
                   size_of(features, text, scores), 4 * features.numel(), launches=2)


def published_pool(tokens, weight):
    """Windows unfolded and copied, softmax of their weights, product, sum: [B,T',H',W',D]."""
    windows, weights = tokens.permute(0, 4, 1, 2, 3), weight
    for axis, extent in enumerate(KERNEL):
        windows = windows.unfold(2 + axis, extent, extent)
        weights = weights.unfold(1 + axis, extent, extent)
    windows = windows.contiguous().flatten(5)                       # [B, D, T', H', W', K]
    weights = (weights.contiguous().flatten(4) / TEMPERATURE).softmax(-1)
    pooled = (windows * weights.unsqueeze(1).to(tokens.dtype)).sum(-1)
    return pooled.permute(0, 2, 3, 4, 1)


def prompt_pool(frames, width):
    def make(library, batch, dtype, device, generator):
        tokens = normal(generator, batch, frames, GRID, GRID, width, dtype=dtype, device=device)
        weight = torch.rand(batch, frames, GRID, GRID, generator=generator, device=device) * 0.03
        out = torch.empty(batch, frames // 2, GRID // 3, GRID // 3, width, dtype=dtype,
                          device=device)
        params = library.struct("tkz_prompt_pool_params", temperature=TEMPERATURE, kernel=KERNEL,
                                stride=KERNEL)
        ours = library.bind("tkz_prompt_pool_3d", params=params, tokens=tokens, weight=weight,
                            out=out)

        def check():
            expected = published_pool(tokens.float(), weight)
            return {"out": nearly("out", out, expected, rounding(dtype))}

        return Problem(ours, published_pool, (tokens, weight), check,
                       size_of(tokens, weight, out), 2 * tokens.numel())
    return make


def published_average(tokens):
    """The library call for plain pooling of every frame, kernel and stride (1, 3, 3)."""
    batch, frames, _, _, width = tokens.shape
    planes = tokens.flatten(0, 1).permute(0, 3, 1, 2)
    return F.avg_pool2d(planes, 3).permute(0, 2, 3, 1).view(batch, frames, 8, 8, width)


def average_pool(library, batch, dtype, device, generator):
    tokens = normal(generator, batch, 8, GRID, GRID, 1024, dtype=dtype, device=device)
    out = torch.empty(batch, 8, 8, 8, 1024, dtype=dtype, device=device)
    params = library.struct("tkz_prompt_pool_params", temperature=1.0, kernel=(1, 3, 3),
                            stride=(1, 3, 3))
    ours = library.bind("tkz_prompt_pool_3d", params=params, tokens=tokens, out=out)

    def check():
        return {"out": nearly("out", out, published_average(tokens.float()), rounding(dtype))}

    return Problem(ours, published_average, (tokens,), check, size_of(tokens, out),
                   tokens.numel())


CASES = [
    Case("relevance", "pooling", ("tkz_relevance",), relevance,
         f"T 16, N 9216, P {PROJECTION}, softmax", batches=(1, 8)),
    Case("prompt_pool_3d", "pooling", ("tkz_prompt_pool_3d",), prompt_pool(16, 4096),
         "T 16, 24 x 24, D 4096, window 2 x 3 x 3", batches=(1, 8)),
    Case("prompt_pool_3d_short", "pooling", ("tkz_prompt_pool_3d",), prompt_pool(8, 1024),
         "T 8, 24 x 24, D 1024, window 2 x 3 x 3"),
    Case("average_pool", "pooling", ("tkz_prompt_pool_3d",), average_pool,
         "T 8, 24 x 24, D 1024, window 1 x 3 x 3, no weights", batches=(1, 8)),
]
