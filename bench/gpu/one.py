#!/usr/bin/env python3
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""One case, called a number of times after a warm-up: what a profiler is pointed at.

    one.py --library libtokenzip.so --case visionzip --batch 8 --dtype bf16 --calls 20 [--published]

The calls lie in an NVTX range "calls" of the default domain; the library marks its operators itself,
in the domain "tokenzip".
"""
import argparse
import os
import sys

import torch

from cases import all_cases
from tokenzip import Library

HERE = os.path.dirname(os.path.abspath(__file__))
DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def main():
    cases = {case.name: case for case in all_cases()}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", required=True, help="libtokenzip.so")
    parser.add_argument("--headers", default=os.path.join(HERE, "../../native/include/tokenzip"))
    parser.add_argument("--backend", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--case", required=True, choices=sorted(cases))
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--dtype", choices=sorted(DTYPES))
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--published", action="store_true", help="the PyTorch side instead of ours")
    options = parser.parse_args()

    case = cases[options.case]
    device = "cuda" if options.backend == "cuda" else "cpu"
    library = Library(options.library, options.headers, options.backend)
    dtype = DTYPES[options.dtype] if options.dtype else case.dtypes[0]
    generator = torch.Generator(device=device).manual_seed(1)
    problem = case.make(library, options.batch, dtype, device, generator)
    call = (lambda: problem.published(*problem.inputs)) if options.published else problem.ours
    with torch.no_grad():
        for _ in range(3):
            call()
        if device == "cuda":
            torch.cuda.synchronize()
            torch.cuda.nvtx.range_push("calls")
        for _ in range(options.calls):
            call()
        if device == "cuda":
            torch.cuda.synchronize()
            torch.cuda.nvtx.range_pop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
