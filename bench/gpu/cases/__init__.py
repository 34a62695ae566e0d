# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured: one module per operator family, one Case per operator.

A case makes a Problem: inputs on a device, our call, the published algorithm composed of PyTorch
operators, and the check that both find the same. Shapes are those of CLIP-L/336 in LLaVA-1.5 unless
a case says otherwise: H 16, S 577, d 64, D 1024.
"""
import dataclasses
from typing import Callable

import torch

HEADS, TOKENS, HEAD_DIM, WIDTH = 16, 577, 64, 1024


@dataclasses.dataclass
class Problem:
    """One set of inputs. `ours` enqueues and leaves its results in tensors that `check` knows;
    `published` works on `inputs` and returns its results. `check` runs `published` itself, in fp32,
    and raises AssertionError with a sentence when the two disagree; it returns the largest
    differences it saw, by name."""
    ours: Callable[[], None]
    published: Callable[..., object]
    inputs: tuple
    check: Callable[[], dict]
    bytes: int
    flops: int = 0
    launches: int = 1


@dataclasses.dataclass
class Case:
    name: str            # of the operator
    family: str
    needs: tuple         # functions of the library without which there is no such case
    make: Callable       # (library, batch, dtype, device, generator) -> Problem
    shape: str
    batches: tuple = (1, 8, 64)
    dtypes: tuple = (torch.bfloat16,)
    captures: bool = True  # whether the published side can be captured into a CUDA graph at all


def normal(generator, *shape, dtype=torch.float32, device="cpu", scale=1.0):
    values = torch.randn(*shape, generator=generator, device=device, dtype=torch.float32)
    return (values * scale).to(dtype)


def size_of(*tensors):
    """Bytes of tensors, each counted once."""
    return sum(t.numel() * t.element_size() for t in tensors)


def nearly(name, got, expected, tolerance):
    """Largest |got - expected| / max(1, |expected|); an AssertionError beyond `tolerance`."""
    got, expected = got.float(), expected.float()
    assert got.shape == expected.shape, f"{name}: {tuple(got.shape)} against {tuple(expected.shape)}"
    if got.numel() == 0:
        return 0.0
    error = ((got - expected).abs() / expected.abs().clamp(min=1.0)).max().item()
    assert error <= tolerance, f"{name} differs by {error:.3g}, allowed {tolerance:.3g}"
    return error


def rounding(dtype, factor=1.0):
    """Tolerance for values of order 1 that were rounded to `dtype` once."""
    return factor * {torch.float32: 2e-5, torch.float16: 2e-3, torch.bfloat16: 1.6e-2}[dtype]


def highest(name, scores, indices, tolerance):
    """Whether `indices` [B,k] name the k highest of `scores` [B,N], up to `tolerance` at the edge.
    Returns the largest amount by which a chosen score falls short."""
    count = indices.shape[1]
    if count == 0:
        return 0.0
    threshold = scores.topk(count, dim=1).values[:, -1:]
    chosen = scores.gather(1, indices.long())
    distinct = indices.sort(1).values.diff(dim=1)
    assert bool((distinct > 0).all()), f"{name}: an index came twice"
    short = (threshold - chosen).max().clamp(min=0).item()
    assert short <= tolerance, f"{name}: a chosen score is {short:.3g} too low"
    return short


def all_cases():
    from . import (assignment, attention, diversity, ficoco, merging, pooling, scores, selection,
                   visionzip)
    cases = []
    for module in (visionzip, ficoco, scores, attention, selection, assignment, diversity, merging,
                   pooling):
        cases += module.CASES
    return cases
