# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""What a measurement was taken on."""
import datetime
import os
import platform
import subprocess
import sys

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def output_of(*command):
    """First line that a command prints; empty when there is no such command."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False,
                                cwd=HERE)
        return result.stdout.strip().split("\n")[0] if result.returncode == 0 else ""
    except (OSError, subprocess.TimeoutExpired):
        return ""


def commit():
    """Of the sources. A copy without history gets it from TOKENZIP_COMMIT."""
    known = os.environ.get("TOKENZIP_COMMIT") or output_of("git", "rev-parse", "HEAD")
    return known + (" with changes" if output_of("git", "status", "--porcelain") else "")


def describe(library):
    facts = {
        "schema": 1,
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit() or "unknown",
        "command": " ".join(sys.argv),
        "tokenzip": library.build_info(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "host": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
                f"{platform.release()}",
    }
    if torch.cuda.is_available():
        gpu = torch.cuda.get_device_properties(0)
        facts |= {
            "gpu": gpu.name,
            "compute_capability": f"{gpu.major}.{gpu.minor}",
            "multiprocessors": gpu.multi_processor_count,
            "memory_gib": round(gpu.total_memory / 2**30, 1),
            "l2_mib": round(gpu.L2_cache_size / 2**20, 1),
            "cuda_of_torch": torch.version.cuda,
            "driver": output_of("nvidia-smi", "--query-gpu=driver_version",
                                "--format=csv,noheader"),
            "clocks": output_of("nvidia-smi", "--query-gpu=clocks.sm,clocks.mem,clocks.max.sm",
                                "--format=csv,noheader"),
            "nvcc": output_of("sh", "-c", "nvcc --version | grep release"),
        }
    return facts
