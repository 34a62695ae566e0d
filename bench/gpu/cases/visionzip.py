# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""VisionZip: the fused operator and its steps, budget 54 + 10."""
import torch

from . import (HEAD_DIM, HEADS, TOKENS, WIDTH, Case, Problem, highest, nearly, normal, rounding,
               size_of)

DOMINANT, CONTEXTUAL, SCALE = 54, 10, HEAD_DIM**-0.5
REST = TOKENS - DOMINANT
MERGED = REST - CONTEXTUAL


def cls_row(query, keys):
    """The CLS query's row of the attention map [B,H,1,S]: all the published selection looks at."""
    return ((query.unsqueeze(2) * SCALE) @ keys.transpose(2, 3)).softmax(-1)


def select_and_merge(attention, metric, hidden):
    """The operators of the published clip_encoder.py, in their order and in the storage dtype."""
    batch, _, width = hidden.shape
    score = attention[:, :, 0, 1:].sum(1)
    top = score.topk(DOMINANT - 1, dim=1).indices + 1
    kept = torch.cat([torch.zeros(batch, 1, dtype=top.dtype, device=top.device), top], 1)
    mask = torch.ones_like(hidden[:, :, 0], dtype=torch.bool).scatter_(1, kept, False)
    dominant = hidden.masked_select(~mask.unsqueeze(-1)).view(batch, DOMINANT, width)

    metric_left = metric[mask].view(batch, REST, metric.shape[2])
    hidden_left = hidden.masked_select(mask.unsqueeze(-1)).view(batch, REST, width)
    normalised = metric_left / metric_left.norm(dim=-1, keepdim=True)
    step = max(1, REST // CONTEXTUAL)
    positions = torch.arange(REST, device=hidden.device)
    targets = torch.arange(0, REST, step, device=hidden.device)[:CONTEXTUAL]
    merging = ~torch.isin(positions, targets)
    similarity = normalised[:, merging, :].bmm(normalised[:, targets, :].transpose(1, 2))
    assignment = similarity.argmax(2)
    one_hot = torch.zeros(batch, MERGED, CONTEXTUAL, dtype=hidden.dtype, device=hidden.device)
    one_hot.scatter_(2, assignment.unsqueeze(-1), 1)
    count = one_hot.sum(1).clamp(min=1).unsqueeze(-1)
    aggregated = one_hot.transpose(1, 2).bmm(hidden_left[:, merging, :]) / count
    return torch.cat([dominant, hidden_left[:, targets, :] + aggregated], 1)


def published(query, keys, hidden):
    return select_and_merge(cls_row(query, keys), keys.mean(1), hidden)


class Batch:
    """Everything one batch needs. Keys lie [B,S,H,d] in memory, as a tower leaves them."""

    def __init__(self, library, batch, dtype, device, generator):
        self.library, self.batch, self.dtype = library, batch, dtype

        def values(*shape):
            return normal(generator, *shape, dtype=dtype, device=device)
        self.query = values(batch, HEADS, HEAD_DIM)
        self.keys = values(batch, TOKENS, HEADS, HEAD_DIM).transpose(1, 2)
        self.hidden = values(batch, TOKENS, WIDTH)
        self.logits = torch.empty(batch, HEADS, TOKENS, device=device)
        self.key_mean = torch.empty(batch, TOKENS, HEAD_DIM, device=device)
        self.out = torch.empty(batch, DOMINANT + CONTEXTUAL, WIDTH, dtype=dtype, device=device)
        self.params = library.struct(
            "tkz_visionzip_params", has_cls=1, dominant=DOMINANT, contextual=CONTEXTUAL,
            merge_mode=library.constants["TKZ_TARGET_PLUS_MEAN"], scale=SCALE)

        def ints(count):
            return torch.empty(batch, count, dtype=torch.int32, device=device)
        self.lists = {"dominant": ints(DOMINANT), "target": ints(CONTEXTUAL),
                      "merged": ints(MERGED), "assign": ints(MERGED),
                      "member_offset": ints(CONTEXTUAL + 1), "member": ints(MERGED),
                      "scores": torch.empty(batch, TOKENS - 1, device=device),
                      "non_finite": ints(1)}
        self.selection = library.struct("tkz_visionzip_selection", **self.lists)

    def score(self):
        return self.library.bind("tkz_cls_logits_key_mean", query=self.query, keys=self.keys,
                                 scale=SCALE, logits=self.logits, key_mean=self.key_mean)

    def select(self):
        return self.library.bind("tkz_visionzip_select_logits", params=self.params,
                                 logits=self.logits, key_mean=self.key_mean,
                                 selection=self.selection)

    def merge(self):
        return self.library.bind("tkz_visionzip_merge", params=self.params, tokens=self.hidden,
                                 selection=self.selection, out=self.out)

    def whole(self):
        workspace = self.library.workspace(
            "tkz_visionzip_workspace", self.out.device, params=self.params, batch=self.batch,
            heads=HEADS, tokens=TOKENS, head_dim=HEAD_DIM)
        return self.library.bind("tkz_visionzip", params=self.params, query=self.query,
                                 keys=self.keys, tokens=self.hidden, selection=self.selection,
                                 out=self.out, workspace=workspace)

    def check_scores(self):
        keys = self.keys.float()
        logits = SCALE * (self.query.float().unsqueeze(2) @ keys.transpose(2, 3)).squeeze(2)
        return {"logits": nearly("logits", self.logits, logits, 2e-5),
                "key_mean": nearly("key_mean", self.key_mean, keys.mean(1), 2e-6)}

    def check_selection(self):
        """Every decision is the published one, up to what fp32 cannot tell apart."""
        keys = self.keys.float()
        score = cls_row(self.query.float(), keys)[:, :, 0, 1:].sum(1)
        kept, target = self.lists["dominant"].long(), self.lists["target"].long()
        merged, assign = self.lists["merged"].long(), self.lists["assign"].long()
        assert bool((kept[:, 0] == 0).all()), "CLS was not kept"
        errors = {"scores": nearly("scores", self.lists["scores"], score, 1e-5),
                  "dominant": highest("dominant", score, kept[:, 1:] - 1, 1e-6)}
        is_kept = torch.zeros(self.batch, TOKENS, dtype=torch.bool, device=kept.device)
        is_kept.scatter_(1, kept, True)
        rest = (~is_kept).nonzero()[:, 1].view(self.batch, REST)
        stride = max(1, REST // CONTEXTUAL)
        assert torch.equal(target, rest[:, :CONTEXTUAL * stride:stride]), "targets differ"
        is_kept.scatter_(1, target, True)
        assert torch.equal(merged, (~is_kept).nonzero()[:, 1].view(self.batch, MERGED)), \
            "merged tokens differ"
        metric = torch.nn.functional.normalize(keys.mean(1), dim=-1)

        def rows(index):
            return metric.gather(1, index.unsqueeze(-1).expand(-1, -1, HEAD_DIM))
        cosine = rows(merged) @ rows(target).transpose(1, 2)
        short = (cosine.max(2).values - cosine.gather(2, assign.unsqueeze(-1)).squeeze(2)).max()
        assert short <= 1e-5, f"an assignment is {short:.3g} from the nearest target"
        errors["assign"] = short.item()
        return errors

    def check_out(self):
        """The output of the decisions that were made."""
        hidden = self.hidden.float()

        def rows(index):
            return hidden.gather(1, index.long().unsqueeze(-1).expand(-1, -1, WIDTH))
        one_hot = torch.nn.functional.one_hot(self.lists["assign"].long(), CONTEXTUAL).float()
        total = one_hot.transpose(1, 2) @ rows(self.lists["merged"])
        merged = rows(self.lists["target"]) + total / one_hot.sum(1).clamp(min=1).unsqueeze(-1)
        kept = self.out[:, :DOMINANT].float()
        assert torch.equal(kept, rows(self.lists["dominant"])), "a kept token was changed"
        return {"out": nearly("out", self.out[:, DOMINANT:], merged, rounding(self.dtype))}


def fused(library, batch, dtype, device, generator):
    b = Batch(library, batch, dtype, device, generator)

    def check():
        errors = {**b.check_selection(), **b.check_out()}
        if dtype == torch.float32:  # in 16 bits the published scores tie and choose differently
            errors["published"] = nearly("published", b.out,
                                         published(b.query, b.keys, b.hidden), 1e-3)
        return errors

    return Problem(b.whole(), published, (b.query, b.keys, b.hidden), check,
                   size_of(b.query, b.keys, b.hidden, b.out),
                   4 * b.keys.numel() + b.hidden.numel(), launches=3)


def published_logits_and_metric(query, keys):
    return (query.unsqueeze(2) * SCALE) @ keys.transpose(2, 3), keys.mean(1)


def score_step(library, batch, dtype, device, generator):
    b = Batch(library, batch, dtype, device, generator)
    return Problem(b.score(), published_logits_and_metric, (b.query, b.keys), b.check_scores,
                   size_of(b.query, b.keys, b.logits, b.key_mean), 3 * b.keys.numel())


def select_step(library, batch, dtype, device, generator):
    b = Batch(library, batch, dtype, device, generator)
    b.score()()

    def published_selection(attention, metric, hidden):
        """The published steps, on tokens of one channel: their merge costs next to nothing."""
        return select_and_merge(attention, metric, hidden)
    thin = b.hidden[:, :, :1].contiguous()
    inputs = (cls_row(b.query, b.keys), b.keys.mean(1), thin)
    return Problem(b.select(), published_selection, inputs, b.check_selection,
                   size_of(b.logits, b.key_mean, *b.lists.values()))


def select_by_scores_step(library, batch, dtype, device, generator):
    """The same from scores that are there, as they are without CLS."""
    b = Batch(library, batch, dtype, device, generator)
    b.score()()
    attention = cls_row(b.query.float(), b.keys.float())
    given = attention[:, :, 0, 1:].sum(1).contiguous()
    ours = library.bind("tkz_visionzip_select_scores", params=b.params, scores=given,
                        key_mean=b.key_mean, selection=b.selection)
    inputs = (attention.sum(1, keepdim=True), b.keys.mean(1), b.hidden[:, :, :1].contiguous())
    return Problem(ours, select_and_merge, inputs, b.check_selection,
                   size_of(given, b.key_mean, *b.lists.values()))


def merge_step(library, batch, dtype, device, generator):
    b = Batch(library, batch, dtype, device, generator)
    b.score()()
    b.select()()

    def published_merge(hidden, dominant, target, merged, assign):
        """Gathers and the one-hot product of the published code, its masks already turned to
        lists."""
        def rows(index):
            return hidden.gather(1, index.unsqueeze(-1).expand(-1, -1, WIDTH))
        one_hot = torch.zeros(batch, MERGED, CONTEXTUAL, dtype=hidden.dtype, device=hidden.device)
        one_hot.scatter_(2, assign.unsqueeze(-1), 1)
        count = one_hot.sum(1).clamp(min=1).unsqueeze(-1)
        aggregated = one_hot.transpose(1, 2).bmm(rows(merged)) / count
        return torch.cat([rows(dominant), rows(target) + aggregated], 1)
    lists = [b.lists[name].long() for name in ("dominant", "target", "merged", "assign")]
    return Problem(b.merge(), published_merge, (b.hidden, *lists), b.check_out,
                   size_of(b.hidden, b.out), b.hidden.numel())


CASES = [
    Case("visionzip", "visionzip", ("tkz_visionzip",), fused,
         f"H {HEADS}, S {TOKENS}, d {HEAD_DIM}, D {WIDTH}, {DOMINANT} + {CONTEXTUAL}",
         dtypes=(torch.bfloat16, torch.float32), captures=False),
    Case("cls_logits_key_mean", "visionzip", ("tkz_cls_logits_key_mean",), score_step,
         f"H {HEADS}, S {TOKENS}, d {HEAD_DIM}"),
    Case("visionzip_select", "visionzip", ("tkz_visionzip_select_logits",), select_step,
         f"S {TOKENS}, {DOMINANT} + {CONTEXTUAL}", captures=False),
    Case("visionzip_select_scores", "visionzip", ("tkz_visionzip_select_scores",),
         select_by_scores_step, f"S {TOKENS}, {DOMINANT} + {CONTEXTUAL}", captures=False),
    Case("visionzip_merge", "visionzip", ("tkz_visionzip_merge",), merge_step,
         f"S {TOKENS}, D {WIDTH}, {DOMINANT} + {CONTEXTUAL}"),
]
