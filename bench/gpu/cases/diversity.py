# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Greedy choices: DivPrune's farthest points and CDPruner's determinantal point process."""
import torch

from . import Case, Problem, nearly, normal, size_of

TOKENS = 576


def cosine_matrix(batch, device, generator, width=256):
    """Cosines of tokens in clusters, as picture patches are."""
    centre = normal(generator, batch, 24, width, device=device)
    pick = torch.randint(24, (batch, TOKENS), generator=generator, device=device)
    tokens = centre.gather(1, pick.unsqueeze(-1).expand(-1, -1, width))
    tokens = tokens + 0.7 * normal(generator, batch, TOKENS, width, device=device)
    tokens = tokens / tokens.norm(dim=-1, keepdim=True)
    matrix = tokens @ tokens.transpose(1, 2)
    return ((matrix + matrix.transpose(1, 2)) / 2).contiguous()


def picks_of(library, name, params, ranked, batch, m, device, **tensors):
    """A bound greedy operator and the indices it writes."""
    indices = torch.empty(batch, m, dtype=torch.int32, device=device)
    params = library.struct(f"{name}_params", m=m, ranked=ranked, **params)
    sizes = dict(batch=batch, tokens=TOKENS)
    if any(label == "params" for label, _ in library.headers.arguments(f"{name}_workspace")):
        sizes["params"] = params
    call = library.bind(
        name, params=params, indices=indices,
        non_finite=torch.empty(batch, dtype=torch.int32, device=device),
        workspace=library.workspace(f"{name}_workspace", device, **sizes), **tensors)
    return call, indices


def replay(score_after, ranked, tolerance):
    """Whether every pick was within `tolerance` of the best there was; the largest shortfall.
    `score_after(picks)` gives the scores [B,n] that decide the next pick, -inf where picked."""
    worst = 0.0
    for step in range(ranked.shape[1]):
        scores = score_after(ranked[:, :step].long())
        chosen = scores.gather(1, ranked[:, step:step + 1].long()).squeeze(1)
        short = (scores.max(1).values - chosen).max().item()
        assert short <= tolerance, f"pick {step} is {short:.3g} short of the best"
        worst = max(worst, short)
    return worst


def greedy_max_min(library, batch, dtype, device, generator, m=56):
    distance = 1.0 - cosine_matrix(batch, device, generator)
    kind = {"input": library.constants["TKZ_DISTANCE"]}
    ours, indices = picks_of(library, "tkz_greedy_max_min", kind, 0, batch, m, device,
                             matrix=distance)
    in_order, ranked = picks_of(library, "tkz_greedy_max_min", kind, 1, batch, m, device,
                                matrix=distance)

    def published(distance):
        """One argmax and one minimum per pick; indices stay on the device."""
        eye = torch.eye(TOKENS, dtype=torch.bool, device=device)
        nearest = distance.masked_fill(eye, float("inf")).amin(2)
        picks = []
        for step in range(m):
            pick = nearest.argmax(1, keepdim=True)
            picks.append(pick)
            row = distance.gather(1, pick.unsqueeze(-1).expand(-1, -1, TOKENS)).squeeze(1)
            nearest = row if step == 0 else torch.minimum(nearest, row)
            nearest = nearest.scatter(1, torch.cat(picks, 1), -1.0)
        return torch.cat(picks, 1).sort(1).values

    def check():
        in_order()
        eye = torch.eye(TOKENS, dtype=torch.bool, device=device)

        def score_after(picks):
            if picks.shape[1] == 0:
                return distance.masked_fill(eye, float("inf")).amin(2)
            rows = distance.gather(1, picks.unsqueeze(-1).expand(-1, -1, TOKENS))
            return rows.amin(1).scatter(1, picks, float("-inf"))
        worst = replay(score_after, ranked, 0.0)
        assert torch.equal(indices.sort(1).values, ranked.sort(1).values), "the orders differ"
        assert torch.equal(indices, indices.sort(1).values), "indices do not ascend"
        return {"picks": worst}

    return Problem(ours, published, (distance,), check, size_of(distance, indices))


def greedy_dpp(library, batch, dtype, device, generator, m=64):
    similarity = cosine_matrix(batch, device, generator)
    weight = torch.rand(batch, TOKENS, generator=generator, device=device) * 0.5 + 0.5
    tensors = {"similarity": similarity, "weight": weight}
    ours, indices = picks_of(library, "tkz_greedy_dpp", {}, 0, batch, m, device, **tensors)
    in_order, ranked = picks_of(library, "tkz_greedy_dpp", {}, 1, batch, m, device, **tensors)

    def published(similarity, weight):
        """The published loop over picks, batched: a row of the Cholesky factor per pick."""
        kernel = weight.unsqueeze(2) * similarity * weight.unsqueeze(1)
        rows = torch.zeros(m, batch, TOKENS, device=device)
        gain = kernel.diagonal(dim1=1, dim2=2).clone()
        picks = torch.empty(m, batch, dtype=torch.long, device=device)
        image = torch.arange(batch, device=device)
        for t in range(m):
            j = gain.argmax(-1)
            picks[t] = j
            row = kernel[image, j] - torch.einsum("tb,tbn->bn", rows[:t, image, j], rows[:t])
            row = row / torch.sqrt(gain[image, j]).unsqueeze(-1)
            rows[t] = row
            gain -= row.square()
            gain[image, j] = -float("inf")
        return picks.t().sort(1).values

    def check():
        in_order()
        kernel = weight.double().unsqueeze(2) * similarity.double() * weight.double().unsqueeze(1)
        state = {"gain": kernel.diagonal(dim1=1, dim2=2).clone(), "rows": []}
        image = torch.arange(batch, device=device)

        def score_after(picks):
            if picks.shape[1] > 0:
                j = picks[:, -1]
                row = kernel[image, j].clone()
                for before in state["rows"]:
                    row -= before[image, j].unsqueeze(1) * before
                row /= state["gain"][image, j].sqrt().unsqueeze(1)
                state["rows"].append(row)
                state["gain"] = state["gain"] - row.square()
                state["gain"][image, j] = float("-inf")
            return state["gain"]
        worst = replay(score_after, ranked, 1e-5)
        assert torch.equal(indices.sort(1).values, ranked.sort(1).values), "the orders differ"
        return {"picks": worst}

    return Problem(ours, published, (similarity, weight), check,
                   size_of(similarity, weight, indices), batch * (TOKENS * m * m + 3 * TOKENS * m))


def min_max_relevance(library, batch, dtype, device, generator):
    relevance = normal(generator, batch, TOKENS, device=device)
    scaled = torch.empty_like(relevance)
    ours = library.bind("tkz_min_max_relevance", relevance=relevance, scaled=scaled)

    def published(relevance):
        low, high = relevance.amin(1, keepdim=True), relevance.amax(1, keepdim=True)
        return (relevance - low + 1e-6) / (high - low)

    return Problem(ours, published, (relevance,),
                   lambda: {"scaled": nearly("scaled", scaled, published(relevance), 1e-6)},
                   size_of(relevance, scaled))


FP32 = (torch.float32,)
CASES = [
    Case("greedy_max_min", "diversity", ("tkz_greedy_max_min",), greedy_max_min,
         f"n {TOKENS}, m 56", dtypes=FP32),
    Case("greedy_dpp", "diversity", ("tkz_greedy_dpp",), greedy_dpp, f"n {TOKENS}, m 64",
         dtypes=FP32),
    Case("min_max_relevance", "diversity", ("tkz_min_max_relevance",), min_max_relevance,
         f"n {TOKENS}", dtypes=FP32),
]
