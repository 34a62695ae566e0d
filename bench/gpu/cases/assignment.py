# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Cosines between tokens: ToMe's matching, DivPrune's matrix, means and neighbours."""
import torch
import torch.nn.functional as F

from . import Case, Problem, nearly, normal, size_of

BF16_AND_FP32 = (torch.bfloat16, torch.float32)


def workspace_of(library, device, batch, rows, other_rows, dim):
    return library.workspace("tkz_cosine_workspace", device, batch=batch, rows=rows,
                             other_rows=other_rows, dim=dim)


def flags_of(batch, device):
    return torch.empty(batch, dtype=torch.int32, device=device)


def cosines(x, y):
    return F.normalize(x, dim=-1) @ F.normalize(y, dim=-1).transpose(1, 2)


def cosine_assign(library, batch, dtype, device, generator):
    """ToMe: even positions to odd ones, where they lie."""
    metric = normal(generator, batch, 576, 64, dtype=dtype, device=device)
    source, target = metric[:, ::2], metric[:, 1::2]
    index = torch.empty(batch, 288, dtype=torch.int32, device=device)
    best = torch.empty(batch, 288, device=device)
    ours = library.bind(
        "tkz_cosine_assign", params=library.struct("tkz_cosine_params"), source=source,
        target=target, index=index, best=best, non_finite=flags_of(batch, device),
        workspace=workspace_of(library, device, batch, batch * 288, batch * 288, 64))

    def published(source, target):
        source = source / source.norm(dim=-1, keepdim=True)
        target = target / target.norm(dim=-1, keepdim=True)
        return (source @ target.transpose(1, 2)).max(-1)

    def check():
        cosine = cosines(source.float(), target.float())
        chosen = cosine.gather(2, index.long().unsqueeze(2)).squeeze(2)
        short = (cosine.amax(2) - chosen).max().item()
        assert short <= 1e-5, f"an assignment is {short:.3g} from the nearest target"
        return {"index": short, "best": nearly("best", best, chosen, 1e-5)}

    return Problem(ours, published, (source, target), check, size_of(source, target, index, best),
                   2 * batch * 288 * 288 * 64)


def matrix_like(name, result, shape_of, published, flops_per_token, width=4096, tokens=576):
    """An operator on tokens [B,n,d] that is checked against `published` in fp32."""
    def make(library, batch, dtype, device, generator):
        x = normal(generator, batch, tokens, width, dtype=dtype, device=device)
        out = torch.empty(*shape_of(batch, tokens), device=device)
        given = {"tokens": x, result: out, "non_finite": flags_of(batch, device),
                 "workspace": workspace_of(library, device, batch, batch * tokens, 0, width)}
        if any(label == "params" for label, _ in library.headers.arguments(name)):
            given["params"] = library.struct("tkz_cosine_params")
        ours = library.bind(name, **given)
        return Problem(ours, published, (x,),
                       lambda: {result: nearly(result, out, published(x.float()), 2e-5)},
                       size_of(x, out), flops_per_token * batch * tokens * width)
    return make


def published_matrix(x):
    x = x / x.norm(dim=-1, keepdim=True)
    return x @ x.transpose(1, 2)


def published_mean(x):
    return published_matrix(x).mean(-1)


def top_neighbours(library, batch, dtype, device, generator, count=8):
    x = normal(generator, batch, 576, 64, dtype=dtype, device=device)
    index = torch.empty(batch, 576, count, dtype=torch.int32, device=device)
    similarity = torch.empty(batch, 576, count, device=device)
    ours = library.bind(
        "tkz_top_neighbours", tokens=x, index=index, similarity=similarity,
        params=library.struct("tkz_top_neighbours_params", neighbours=count, exclude_self=1),
        non_finite=flags_of(batch, device),
        workspace=workspace_of(library, device, batch, batch * 576, 0, 64))

    def published(x):
        eye = torch.eye(576, dtype=torch.bool, device=x.device)
        return published_matrix(x).masked_fill(eye, -2.0).topk(count, -1)

    def check():
        expected = published(x.float()).values
        errors = {"similarity": nearly("similarity", similarity, expected, 2e-5)}
        cosine = cosines(x.float(), x.float()).gather(2, index.long())
        errors["index"] = nearly("index", cosine, expected, 2e-5)
        return errors

    return Problem(ours, published, (x,), check, size_of(x, index, similarity),
                   2 * batch * 576 * 576 * 64)


CASES = [
    Case("cosine_assign", "assignment", ("tkz_cosine_assign",), cosine_assign,
         "288 to 288, d 64", dtypes=BF16_AND_FP32),
    Case("cosine_matrix", "assignment", ("tkz_cosine_matrix",),
         matrix_like("tkz_cosine_matrix", "matrix", lambda b, n: (b, n, n), published_matrix,
                     2 * 576), "n 576, d 4096", dtypes=BF16_AND_FP32),
    Case("mean_cosine", "assignment", ("tkz_mean_cosine",),
         matrix_like("tkz_mean_cosine", "mean", lambda b, n: (b, n), published_mean, 4),
         "n 576, d 4096"),
    Case("top_neighbours", "assignment", ("tkz_top_neighbours",), top_neighbours,
         "n 576, d 64, 8 neighbours", dtypes=BF16_AND_FP32),
]
