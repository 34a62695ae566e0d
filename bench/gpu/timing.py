# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Times of calls: on a GPU by events, eagerly and as a CUDA graph; on the CPU by the clock.

A runner makes a number of calls and says how long one took. All runners of a comparison take turns,
one sample each per round, so that whatever else the machine does meets all of them.
"""
import time

import torch


def percentile(ordered, p):
    return ordered[int(p * (len(ordered) - 1) + 0.5)]


def summary(samples_us):
    ordered = sorted(samples_us)
    return {"median_us": percentile(ordered, 0.5), "p10_us": percentile(ordered, 0.1),
            "p90_us": percentile(ordered, 0.9), "samples": len(ordered)}


class ClockRunner:
    """Calls on the CPU, one after the other."""

    def __init__(self, calls):
        self.calls = calls
        for call in calls[:3]:
            call()

    def sample(self):
        start = time.perf_counter()
        for call in self.calls:
            call()
        return (time.perf_counter() - start) * 1e6 / len(self.calls)


class _EventRunner:
    def __init__(self, count):
        self.count = count
        self.start = torch.cuda.Event(enable_timing=True)
        self.end = torch.cuda.Event(enable_timing=True)

    def sample(self):
        self.start.record()
        self.enqueue()
        self.end.record()
        self.end.synchronize()
        return self.start.elapsed_time(self.end) * 1e3 / self.count


class EagerRunner(_EventRunner):
    """Calls enqueued one after the other on the current stream; host time shows where it limits."""

    def __init__(self, calls):
        super().__init__(len(calls))
        self.calls = calls
        for call in calls[:3]:
            call()
        torch.cuda.synchronize()

    def enqueue(self):
        for call in self.calls:
            call()


class GraphRunner(_EventRunner):
    """The same calls captured into one CUDA graph. Raises what capturing raises."""

    def __init__(self, calls, use_stream):
        super().__init__(len(calls))
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):  # libraries allocate on their first calls
            use_stream(stream.cuda_stream)
            for call in calls[:2]:
                call()
        torch.cuda.current_stream().wait_stream(stream)
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(self.graph):
                use_stream(torch.cuda.current_stream().cuda_stream)
                for call in calls:
                    call()
        finally:
            use_stream(None)
        self.enqueue = self.graph.replay
        self.graph.replay()
        torch.cuda.synchronize()


def take_turns(runners, seconds, fewest=15, most=200):
    """Samples of every runner of {name: runner}: rounds until `seconds` have passed."""
    samples = {name: [] for name in runners}
    for runner in runners.values():
        runner.sample()
    end = time.perf_counter() + seconds
    rounds = 0
    while rounds < most and (rounds < fewest or time.perf_counter() < end):
        for name, runner in runners.items():
            samples[name].append(runner.sample())
        rounds += 1
        if time.perf_counter() > end + 8 * seconds and rounds >= 3:
            break  # a published side that takes seconds gets few rounds
    return {name: summary(values) for name, values in samples.items()}


def repeats(call, floor_us=200.0, most=50):
    """How many calls make a sample of at least `floor_us`."""
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(3):
        call()
    torch.cuda.synchronize()
    one = (time.perf_counter() - start) * 1e6 / 3
    return max(1, min(most, int(floor_us / one) + 1))
