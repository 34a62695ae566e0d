# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of tokens, from queries and keys or from maps that exist already."""
import torch

from . import HEAD_DIM, HEADS, TOKENS, Case, Problem, nearly, normal, size_of

SCALE = HEAD_DIM**-0.5
SHAPE = f"H {HEADS}, S {TOKENS}"


def keys_of_tower(batch, dtype, device, generator, tokens=TOKENS):
    """Keys [B,H,S,d] that lie [B,S,H,d] in memory."""
    return normal(generator, batch, tokens, HEADS, HEAD_DIM, dtype=dtype,
                  device=device).transpose(1, 2)


def head_mean_keys(library, batch, dtype, device, generator):
    keys = keys_of_tower(batch, dtype, device, generator)
    mean = torch.empty(batch, TOKENS, HEAD_DIM, device=device)
    ours = library.bind("tkz_head_mean_keys", keys=keys, key_mean=mean)
    return Problem(ours, lambda keys: keys.mean(1), (keys,),
                   lambda: {"key_mean": nearly("key_mean", mean, keys.float().mean(1), 2e-6)},
                   size_of(keys, mean), keys.numel())


def attention_row(library, batch, dtype, device, generator):
    query = normal(generator, batch, HEADS, HEAD_DIM, dtype=dtype, device=device)
    keys = keys_of_tower(batch, dtype, device, generator)
    scores = torch.empty(batch, TOKENS, device=device)
    flags = torch.empty(batch, dtype=torch.int32, device=device)
    params = library.struct("tkz_attention_row_params", reduce=0, scale=SCALE)
    workspace = library.workspace("tkz_attention_row_workspace", device, params=params, batch=batch,
                                  heads=HEADS, tokens=TOKENS)
    ours = library.bind("tkz_attention_row", params=params, query=query, keys=keys, scores=scores,
                        non_finite=flags, workspace=workspace)

    def published(query, keys):
        return ((query.unsqueeze(2) * SCALE) @ keys.transpose(2, 3)).softmax(-1).squeeze(2).sum(1)

    return Problem(ours, published, (query, keys),
                   lambda: {"scores": nearly("scores", scores,
                                             published(query.float(), keys.float()), 1e-5)},
                   size_of(query, keys, scores), 2 * keys.numel(), launches=2)


def softmax_map(batch, dtype, device, generator):
    return normal(generator, batch, HEADS, TOKENS, TOKENS, device=device).softmax(-1).to(dtype)


def from_map(name, published, argument, extra, read):
    """A reduction of a map; `read` is the part of the map that has to be read."""
    def make(library, batch, dtype, device, generator):
        attention = softmax_map(batch, dtype, device, generator)
        expected = published(attention.float())
        out = torch.empty_like(expected)
        ours = library.bind(name, map=attention, **{argument: out}, **extra)
        return Problem(ours, published, (attention,),
                       lambda: {"out": nearly("out", out, expected, 5e-6)},
                       int(size_of(attention) * read) + size_of(out), int(attention.numel() * read))
    return make


CASES = [
    Case("head_mean_keys", "scores", ("tkz_head_mean_keys",), head_mean_keys,
         f"{SHAPE}, d {HEAD_DIM}"),
    Case("attention_row", "scores", ("tkz_attention_row_workspace",), attention_row,
         f"{SHAPE}, d {HEAD_DIM}"),
    Case("attention_row_from_map", "scores", ("tkz_attention_row_from_map",),
         from_map("tkz_attention_row_from_map", lambda m: m[:, :, 0].sum(1), "scores",
                  {"row": 0, "reduce": 0}, 1 / TOKENS), SHAPE),
    Case("attention_received_from_map", "scores", ("tkz_attention_received_from_map",),
         from_map("tkz_attention_received_from_map", lambda m: m.mean((1, 2)), "scores",
                  {"row_begin": 0, "row_end": -1, "col_begin": 0, "col_end": -1}, 1.0), SHAPE),
    Case("head_mean_map", "scores", ("tkz_head_mean_map",),
         from_map("tkz_head_mean_map", lambda m: m.mean(1), "mean", {}, 1.0), SHAPE),
]
