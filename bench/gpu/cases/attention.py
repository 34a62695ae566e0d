# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Attention that is never written down: row sums, attention received, head means of single rows.

Shapes are those of SigLIP-so400m without CLS (H 16, S 729, d 72) and, for FiCoCo, of CLIP-L/336 with
42 discarded rows.
"""
import torch

from . import HEAD_DIM, HEADS, TOKENS, Case, Problem, nearly, normal, size_of

SIGLIP = (729, 72)
CLIP = (TOKENS, HEAD_DIM)
DISCARDED = 42


class Layer:
    """Queries and keys [B,H,S,d] that lie [B,S,H,d] in memory."""

    def __init__(self, batch, dtype, device, generator, shape):
        self.tokens, self.width = shape
        self.scale = self.width**-0.5

        def projected():
            return normal(generator, batch, self.tokens, HEADS, self.width, dtype=dtype,
                          device=device).transpose(1, 2)
        self.query, self.key = projected(), projected()
        self.products = batch * HEADS * self.tokens * self.tokens * self.width

    def logits(self, query, key):
        return (query @ key.transpose(2, 3)) * self.scale

    def lse(self):
        return self.logits(self.query.float(), self.key.float()).logsumexp(-1).contiguous()


def row_lse(library, batch, dtype, device, generator):
    layer = Layer(batch, dtype, device, generator, SIGLIP)
    lse = torch.empty(batch, HEADS, layer.tokens, device=device)
    ours = library.bind("tkz_row_lse", scale=layer.scale, query=layer.query, keys=layer.key, lse=lse)

    def published(query, key):
        return layer.logits(query, key).float().logsumexp(-1)

    return Problem(ours, published, (layer.query, layer.key),
                   lambda: {"lse": nearly("lse", lse, layer.lse(), 2e-5)},
                   size_of(layer.query, layer.key, lse), 2 * layer.products)


def attention_received(with_lse):
    def make(library, batch, dtype, device, generator):
        layer = Layer(batch, dtype, device, generator, SIGLIP)
        scores = torch.empty(batch, layer.tokens, device=device)
        params = library.struct("tkz_attention_received_params", scale=layer.scale, row_begin=0,
                                row_end=-1, col_begin=0, col_end=-1)
        given = {"lse": layer.lse()} if with_lse else {}
        ours = library.bind(
            "tkz_attention_received", params=params, query=layer.query, keys=layer.key,
            scores=scores, non_finite=torch.empty(batch, dtype=torch.int32, device=device),
            workspace=library.workspace("tkz_attention_received_workspace", device, params=params,
                                        batch=batch, heads=HEADS, tokens=layer.tokens,
                                        head_dim=layer.width), **given)

        def published(query, key):
            """Eager attention's map in the storage type, then its mean over heads and rows."""
            return layer.logits(query, key).softmax(-1).mean((1, 2))

        def check():
            expected = published(layer.query.float(), layer.key.float())
            return {"scores": nearly("scores", scores * layer.tokens, expected * layer.tokens, 1e-4)}

        return Problem(ours, published, (layer.query, layer.key), check,
                       size_of(layer.query, layer.key, scores, *given.values()),
                       (2 if with_lse else 4) * layer.products, launches=2 if with_lse else 3)
    return make


def rows_of(layer, batch, device, generator):
    order = torch.rand(batch, layer.tokens, generator=generator, device=device).argsort(1)
    return order[:, :DISCARDED].sort(1).values.int().contiguous()


def listed(query, rows):
    return query.gather(2, rows.long()[:, None, :, None].expand(-1, HEADS, -1, query.shape[3]))


def head_mean_logits(library, batch, dtype, device, generator):
    layer = Layer(batch, dtype, device, generator, CLIP)
    rows = rows_of(layer, batch, device, generator)
    out = torch.empty(batch, DISCARDED, layer.tokens, device=device)
    params = library.struct("tkz_head_mean_params", scale=layer.scale)
    ours = library.bind("tkz_head_mean_logits", params=params, query=layer.query, keys=layer.key,
                        row_index=rows, out=out)

    def published(query, key, rows):
        """The whole map's mean over heads, of which the rows are taken."""
        return layer.logits(query, key).mean(1).gather(
            1, rows.unsqueeze(-1).expand(-1, -1, layer.tokens))

    def check():
        expected = layer.logits(listed(layer.query, rows).float(), layer.key.float()).mean(1)
        return {"out": nearly("out", out, expected, 2e-5)}

    return Problem(ours, published, (layer.query, layer.key, rows.long()), check,
                   size_of(layer.key, out) + size_of(layer.query) * DISCARDED // TOKENS,
                   2 * layer.products * DISCARDED // TOKENS)


def head_mean_probabilities(library, batch, dtype, device, generator):
    layer = Layer(batch, dtype, device, generator, CLIP)
    rows = rows_of(layer, batch, device, generator)
    out = torch.empty(batch, DISCARDED, layer.tokens, device=device)
    params = library.struct("tkz_head_mean_params", scale=layer.scale)
    ours = library.bind(
        "tkz_head_mean_probabilities", params=params, query=layer.query, keys=layer.key,
        row_index=rows, out=out,
        workspace=library.workspace("tkz_head_mean_probabilities_workspace", device, params=params,
                                    batch=batch, heads=HEADS, rows=DISCARDED))

    def published(query, key, rows):
        return layer.logits(query, key).softmax(-1).mean(1).gather(
            1, rows.unsqueeze(-1).expand(-1, -1, layer.tokens))

    def check():
        expected = layer.logits(listed(layer.query, rows).float(),
                                layer.key.float()).softmax(-1).mean(1)
        return {"out": nearly("out", out * TOKENS, expected * TOKENS, 1e-4)}

    return Problem(ours, published, (layer.query, layer.key, rows.long()), check,
                   size_of(layer.key, out) + size_of(layer.query) * DISCARDED // TOKENS,
                   4 * layer.products * DISCARDED // TOKENS, launches=2)


SHAPE = f"H {HEADS}, S {SIGLIP[0]}, d {SIGLIP[1]}"
ROWS = f"{DISCARDED} rows, H {HEADS}, S {TOKENS}, d {HEAD_DIM}"
CASES = [
    Case("row_lse", "attention", ("tkz_row_lse",), row_lse, SHAPE),
    Case("attention_received", "attention", ("tkz_attention_received_workspace",),
         attention_received(False), SHAPE),
    Case("attention_received_lse", "attention", ("tkz_attention_received_workspace",),
         attention_received(True), SHAPE + ", lse given"),
    Case("head_mean_logits", "attention", ("tkz_head_mean_logits",), head_mean_logits, ROWS),
    Case("head_mean_probabilities", "attention", ("tkz_head_mean_probabilities",),
         head_mean_probabilities, ROWS),
]
