#!/usr/bin/env python3
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Puts what measure.py has left in a folder together: results.json and results.md.

    report.py DIR
"""
import glob
import json
import os
import sys

SIDES = ("published, eager", "published, graph", "compiled, eager", "compiled, graph")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def median(record, name):
    return record.get("times", {}).get(name, {}).get("median_us")


def ours_name(record, cache):
    """Ours in a graph where there is one, else eager."""
    for mode in ("graph", "eager"):
        if median(record, f"ours, {mode}, {cache}"):
            return f"ours, {mode}, {cache}"
    return ""


def derived(record, copy_gb_per_s):
    """Figures that follow from the times, for cold and for warm caches."""
    result = {}
    for cache in ("cold", "warm"):
        us = median(record, ours_name(record, cache))
        if not us:
            continue
        rate = record["bytes"] / us / 1e3
        result[f"gb_per_s, {cache}"] = rate
        if isinstance(copy_gb_per_s, float):
            result[f"percent_of_copy, {cache}"] = 100 * rate / copy_gb_per_s
        if record.get("flops"):
            result[f"gflop_per_s, {cache}"] = record["flops"] / us / 1e3
        others = {side: median(record, f"{side}, {cache}") for side in SIDES}
        others = {side: value for side, value in others.items() if value}
        if others:
            best = min(others, key=others.get)
            result[f"best_published, {cache}"] = best
            result[f"ratio_to_best, {cache}"] = others[best] / us
        eager = median(record, f"ours, eager, {cache}")
        if eager and "published, eager" in others:
            result[f"ratio_eager, {cache}"] = others["published, eager"] / eager
    return result


def collect(folder):
    facts = read(os.path.join(folder, "machine.json"))
    copy = facts.get("ceilings", {}).get("copy_gb_per_s")
    results, failures = [], []
    for path in sorted(glob.glob(os.path.join(folder, "cases", "*.json"))):
        record = read(path)
        if "error" in record:
            failures.append(record)
        else:
            record["derived"] = derived(record, copy)
            results.append(record)
    results.sort(key=lambda r: (r["family"], r["operator"], r["dtype"], r["batch"]))
    return {**facts, "kind": "gpu operators", "results": results, "failures": failures}


def number(value, digits=1):
    return f"{value:,.{digits}f}" if isinstance(value, (int, float)) else "–"


def spread(record, name):
    times = record.get("times", {}).get(name)
    if not times:
        return "–"
    return f"{number(times['median_us'])} ({number(times['p10_us'])}–{number(times['p90_us'])})"


EXPLANATION = (
    "Times are µs per call, median (10th–90th percentile). *Graph*: captured into a CUDA graph; "
    "*eager*: enqueued call by call from Python. *Cold*: inputs rotate through five times the L2 "
    "cache; *warm*: the same inputs again and again. *Ours* is in a graph, where there are graphs. "
    "GB/s counts every input and output once, CACHE. *Best published* is the fastest of eager, graph "
    "and torch.compile, CACHE; *to best* is its time over ours, *eager* is eager over eager.")


def header(cache):
    return [f"| operator | shape | B | dtype | ours, {cache} | warm | eager | GB/s | % of copy | "
            "published, eager | best published | to best | eager |",
            "|---|---|--:|---|--:|--:|--:|--:|--:|--:|---|--:|--:|"]


def row(r, cache):
    d = r["derived"]
    best = d.get(f"best_published, {cache}", "–")
    return [r["operator"], r["shape"], str(r["batch"]), r["dtype"],
            spread(r, ours_name(r, cache)), number(median(r, ours_name(r, "warm"))),
            number(median(r, f"ours, eager, {cache}")), number(d.get(f"gb_per_s, {cache}"), 0),
            number(d.get(f"percent_of_copy, {cache}"), 0),
            spread(r, f"published, eager, {cache}"),
            f"{best}: {number(median(r, f'{best}, {cache}'))}",
            number(d.get(f"ratio_to_best, {cache}")), number(d.get(f"ratio_eager, {cache}"))]


def markdown(report):
    lines = [f"# {report.get('gpu', report['host'])}, {report['date'][:10]}", ""]
    for name in ("gpu", "driver", "cuda_of_torch", "nvcc", "torch", "tokenzip", "commit", "clocks",
                 "l2_mib", "command"):
        if report.get(name):
            lines.append(f"* {name}: {report[name]}")
    lines += [f"* {name}: {number(value, 2) if isinstance(value, float) else value}"
              for name, value in report.get("ceilings", {}).items()]
    cache = "cold" if any(ours_name(r, "cold") for r in report["results"]) else "warm"
    lines += ["", EXPLANATION.replace("CACHE", cache)]
    family = None
    for r in report["results"]:
        if r["family"] != family:
            family = r["family"]
            lines += ["", f"## {family}", "", *header(cache)]
        lines.append("| " + " | ".join(row(r, cache)) + " |")
    if report["failures"]:
        lines += ["", "## Failed", ""]
        lines += [f"* {r['operator']}, B {r['batch']}, {r['dtype']}: {r['error']}"
                  for r in report["failures"]]
    return "\n".join(lines) + "\n"


def main():
    folder = sys.argv[1]
    report = collect(folder)
    with open(os.path.join(folder, "results.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
    with open(os.path.join(folder, "results.md"), "w", encoding="utf-8") as file:
        file.write(markdown(report))
    print(f"{len(report['results'])} results and {len(report['failures'])} failures in "
          f"{os.path.join(folder, 'results.md')}")


if __name__ == "__main__":
    main()
