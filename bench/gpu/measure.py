#!/usr/bin/env python3
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Measures every operator against the published algorithm composed in PyTorch.

    measure.py --library libtokenzip.so --out DIR              # on a GPU: ceilings, then every case
    measure.py --library libtokenzip.so --out DIR --compile    # adds torch.compile to what is there
    measure.py --library libtokenzip.so --out DIR --backend cpu --verify-only --batches 1,2

Every case is checked before it is timed, and leaves one file under DIR/cases; a second run does what
is left. A case that fails is recorded and the others go on. `--budget` seconds after the start no
new case is begun. Afterwards report.py puts the files together.
"""
import argparse
import functools
import json
import os
import sys
import time
import traceback

import torch

import ceilings
import machine
from cases import all_cases
from timing import ClockRunner, EagerRunner, GraphRunner, repeats, take_turns
from tokenzip import Library

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {torch.float32: "fp32", torch.float16: "fp16", torch.bfloat16: "bf16"}
GRAPH_CALLS = 20


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", required=True, help="libtokenzip.so")
    parser.add_argument("--headers", default=os.path.join(HERE, "../../native/include/tokenzip"))
    parser.add_argument("--backend", default="cuda", choices=["cuda", "cpu", "emulation"])
    parser.add_argument("--out", required=True, help="folder of the results")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--batches", default="", help="instead of each case's own, e.g. 1,8")
    parser.add_argument("--dtypes", default="", help="instead of each case's own, e.g. fp32,bf16")
    parser.add_argument("--seconds", type=float, default=0.25, help="of samples for each case")
    parser.add_argument("--budget", type=float, default=540, help="seconds for this run")
    parser.add_argument("--verify-only", action="store_true", help="no timing")
    parser.add_argument("--compile", action="store_true", help="add torch.compile of the published")
    parser.add_argument("--again", action="store_true", help="also what has a result already")
    return parser.parse_args()


class Measurement:
    """One case at one batch size and storage type."""

    def __init__(self, options, library, case, batch, dtype):
        self.options, self.library, self.case = options, library, case
        self.batch, self.dtype = batch, dtype
        self.device = "cuda" if options.backend == "cuda" else "cpu"
        self.key = f"{case.name}-b{batch}-{NAMES[dtype]}"
        self.path = os.path.join(options.out, "cases", self.key + ".json")

    def problem(self, seed):
        generator = torch.Generator(device=self.device).manual_seed(seed)
        return self.case.make(self.library, self.batch, self.dtype, self.device, generator)

    def run(self):
        problem = self.problem(1)
        record = {"operator": self.case.name, "family": self.case.family, "batch": self.batch,
                  "dtype": NAMES[self.dtype], "shape": self.case.shape, "bytes": problem.bytes,
                  "flops": problem.flops, "launches": problem.launches}
        problem.ours()
        self.synchronize()
        record["verified"] = problem.check()
        if not self.options.verify_only:
            record["notes"] = {}
            runners = self.runners(problem, record["notes"])
            record["times"] = take_turns(runners, self.options.seconds * len(runners))
        return record

    def runners(self, problem, notes):
        """{"ours, graph, cold": runner, ...}; what cannot be captured is noted instead."""
        published = functools.partial(problem.published, *problem.inputs)
        if self.device == "cpu":
            return {"ours, eager, warm": ClockRunner([problem.ours]),
                    "published, eager, warm": ClockRunner([published])}
        problems = [problem] + [self.problem(seed) for seed in range(2, self.sets(problem) + 1)]
        sides = {"ours": [p.ours for p in problems],
                 "published": [functools.partial(p.published, *p.inputs) for p in problems]}
        notes["cold"] = f"{len(problems)} sets of inputs in turn"
        runners = {}
        for side, calls in sides.items():
            self.add(runners, side, calls, notes, side == "ours" or self.case.captures)
        return runners

    def add(self, runners, side, calls, notes, captures):
        runners[f"{side}, eager, warm"] = EagerRunner(calls[:1] * repeats(calls[0]))
        runners[f"{side}, eager, cold"] = EagerRunner(calls)
        if not captures:
            notes[f"{side}, graph"] = "waits for the device, which a capture does not allow"
            return
        try:
            use = functools.partial(setattr, self.library, "stream")
            runners[f"{side}, graph, warm"] = GraphRunner(calls[:1] * GRAPH_CALLS, use)
            runners[f"{side}, graph, cold"] = GraphRunner(calls, use)
        except RuntimeError as error:
            notes[f"{side}, graph"] = str(error).split("\n", maxsplit=1)[0]
            torch.cuda.synchronize()

    def sets(self, problem):
        """Sets of inputs that together are five times the second-level cache."""
        cache = torch.cuda.get_device_properties(0).L2_cache_size
        return max(2, min(48, -(-5 * cache // problem.bytes)))

    def add_compiled(self, record):
        """torch.compile of the published side, checked against the side itself."""
        problem = self.problem(1)
        notes = record.setdefault("notes", {})
        try:
            compiled = torch.compile(problem.published, dynamic=False)
            difference(compiled(*problem.inputs), problem.published(*problem.inputs))
            problems = [problem] + [self.problem(seed)
                                    for seed in range(2, self.sets(problem) + 1)]
            calls = [functools.partial(compiled, *p.inputs) for p in problems]
            runners = {}
            self.add(runners, "compiled", calls, notes, self.case.captures)
            record["times"].update(take_turns(runners, self.options.seconds * len(runners)))
        except Exception as error:  # whatever a compiler raises: it does not work here
            notes["compiled"] = f"{type(error).__name__}: {str(error)[:200]}"
        torch.compiler.reset()
        return record

    def synchronize(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def write(self, record):
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump(record, file, indent=1)
        os.replace(self.path + ".new", self.path)

    def read(self):
        if not os.path.exists(self.path):
            return None
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)


def difference(got, expected):
    """An AssertionError when tensors, or tuples of them, differ by more than a few roundings."""
    if isinstance(expected, torch.Tensor):
        got, expected = (got,), (expected,)
    for a, b in zip(got, expected):
        a, b = a.float(), b.float()
        error = (a - b).abs().mean() / b.abs().mean().clamp(min=1e-30)
        assert error <= 0.05, f"compiled and eager differ by {error.item():.3g} on average"


def measurements(options, library):
    for case in all_cases():
        if options.only not in case.name or not all(library.has(name) for name in case.needs):
            continue
        batches = [int(b) for b in options.batches.split(",")] if options.batches else case.batches
        for dtype in ([d for d in NAMES if NAMES[d] in options.dtypes.split(",")]
                      if options.dtypes else case.dtypes):
            for batch in batches:
                yield Measurement(options, library, case, batch, dtype)


def is_done(record, options):
    if record is None:
        return False
    if "error" in record:  # a failed case is tried again on request only
        return True
    if options.compile:
        return any(name.startswith("compiled") for name in record.get("times", {})) or \
            "compiled" in record.get("notes", {}) or "times" not in record
    return options.verify_only or "times" in record


def run_one(measurement, options):
    """True when it went well. A note of the attempt stays if the process does not survive it."""
    before = measurement.read()
    measurement.write({**(before or {}), "operator": measurement.case.name,
                       "family": measurement.case.family, "batch": measurement.batch,
                       "dtype": NAMES[measurement.dtype], "error": "did not finish"})
    try:
        with torch.no_grad():
            record = measurement.add_compiled(before) if options.compile and before \
                else measurement.run()
        measurement.write(record)
        times = record.get("times", {}).get("ours, graph, cold") or \
            record.get("times", {}).get("ours, eager, warm")
        print(f"{measurement.key}: verified {record['verified']}" +
              (f", {times['median_us']:.1f} us" if times else ""), flush=True)
        return True
    except Exception as error:
        sentence = str(error).split("\n", maxsplit=1)[0]
        measurement.write({"operator": measurement.case.name, "family": measurement.case.family,
                           "batch": measurement.batch, "dtype": NAMES[measurement.dtype],
                           "error": f"{type(error).__name__}: {sentence}"})
        print(f"{measurement.key}: FAILED {type(error).__name__}: {sentence}", flush=True)
        if not isinstance(error, (AssertionError, torch.cuda.OutOfMemoryError)):
            traceback.print_exc()
        return False


def is_device_lost():
    """Whether an error has left the CUDA context unusable."""
    if not torch.cuda.is_available():
        return False
    try:
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        return False
    except RuntimeError:
        return True


def main():
    options = arguments()
    start = float(os.environ.setdefault("TOKENZIP_MEASURE_START", str(time.time())))
    os.makedirs(os.path.join(options.out, "cases"), exist_ok=True)
    library = Library(options.library, options.headers, options.backend)
    machine_path = os.path.join(options.out, "machine.json")
    if not os.path.exists(machine_path):
        facts = machine.describe(library)
        if options.backend == "cuda" and not options.verify_only:
            facts["ceilings"] = ceilings.measure()
            print("ceilings:", facts["ceilings"], flush=True)
        with open(machine_path, "w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1)
    failed = left = 0
    for measurement in measurements(options, library):
        if not options.again and is_done(measurement.read(), options):
            continue
        if time.time() - start > options.budget:
            left += 1
            continue
        if not run_one(measurement, options):
            failed += 1
            if is_device_lost():  # only a new process has a new context
                os.execv(sys.executable, [sys.executable] +
                         [a for a in sys.argv if a != "--again"])
    if left:
        print(f"{left} cases are left for the next run: the budget of {options.budget:.0f} s is used")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
