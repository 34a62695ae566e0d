# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""What the machine can do: copy and matmul ceilings, and what a launch and a wait cost.

Every figure comes with the way it was taken; nothing is looked up in a data sheet.
"""
import statistics
import time

import torch

from timing import EagerRunner, GraphRunner, percentile


def _samples(runner, count=20):
    return sorted(runner.sample() for _ in range(count))


def copy_gb_per_s(megabytes=2048):
    """Bytes read plus bytes written by tensor.copy_ of this size, far beyond L2."""
    source = torch.randint(0, 255, (megabytes << 20,), dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    best = percentile(_samples(EagerRunner([lambda: target.copy_(source)] * 3)), 0.5)
    return 2 * source.numel() / best / 1e3


def matmul_tflop_per_s(dtype, size=8192):
    """torch.matmul of two random square matrices."""
    a = torch.randn(size, size, dtype=dtype, device="cuda")
    b = torch.randn(size, size, dtype=dtype, device="cuda")
    out = torch.empty_like(a)
    us = percentile(_samples(EagerRunner([lambda: torch.matmul(a, b, out=out)] * 3), 10), 0.5)
    return 2 * size**3 / us / 1e6


def _tiny():
    """A launch that does next to nothing: one addition in place."""
    one = torch.zeros(1, device="cuda")
    return lambda: one.add_(1.0)


def launch_us():
    """One of 200 tiny launches in a row, enqueued eagerly."""
    return percentile(_samples(EagerRunner([_tiny()] * 200)), 0.5)


def graph_node_us():
    """One more tiny node in a graph: (500 nodes - 100 nodes) / 400."""
    tiny = _tiny()
    times = [percentile(_samples(GraphRunner([tiny] * n, lambda _: None)), 0.5) * n
             for n in (100, 500)]
    return (times[1] - times[0]) / 400


def graph_replay_us():
    """A graph of one tiny node, between two events."""
    return percentile(_samples(GraphRunner([_tiny()], lambda _: None), 50), 0.5)


def sync_us():
    """A tiny launch, a copy of four bytes to the host and the wait for it, by the host's clock."""
    one = torch.zeros(1, device="cuda")
    times = []
    for _ in range(200):
        start = time.perf_counter()
        one.add_(1.0).item()
        times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times)


def measure():
    """All of them by name; one that fails is recorded as its error."""
    steps = {
        "copy_gb_per_s": copy_gb_per_s,
        "matmul_bf16_tflop_per_s": lambda: matmul_tflop_per_s(torch.bfloat16),
        "matmul_fp16_tflop_per_s": lambda: matmul_tflop_per_s(torch.float16),
        "matmul_fp32_tflop_per_s": lambda: matmul_tflop_per_s(torch.float32, 4096),
        "launch_us": launch_us,
        "graph_node_us": graph_node_us,
        "graph_replay_us": graph_replay_us,
        "sync_us": sync_us,
    }
    result = {}
    for name, step in steps.items():
        try:
            result[name] = step()
        except RuntimeError as error:
            result[name] = f"failed: {error}"
        torch.cuda.empty_cache()
    return result
