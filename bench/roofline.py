#!/usr/bin/env python3
# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""Draws operators under the roofs of the machine they were measured on.

    roofline.py RESULTS.json OUTPUT [TEXT]   # OUTPUT.svg, and OUTPUT.png where matplotlib is installed

RESULTS.json is what bench/gpu/report.py writes or what `tokenzip_bench --json` prints. Both axes are
logarithmic: flops per byte of memory traffic to the right, flops per second upwards. The sloping
roof is the measured copy, the flat ones are measured matrix products. With TEXT only results whose
label contains it are drawn, such as "fp32 B=8". The SVG needs nothing but Python; the PNG shows the
same strokes.
"""
import json
import math
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1180, 640
LEFT, RIGHT, TOP, BOTTOM = 80, 850, 60, 570
COLOURS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2"]


def points_of(report):
    """(label, family, flops per byte, flops per second) of every result that has flops."""
    points = []
    for r in report["results"]:
        if not r.get("flops"):
            continue
        if "case" in r:  # tokenzip_bench
            label, family, seconds = r["case"], r["case"].split(" ")[0], r["median_us"] * 1e-6
        else:
            derived = r["derived"]
            rate = derived.get("gflop_per_s, cold", derived.get("gflop_per_s, warm"))
            if not rate:
                continue
            label = f"{r['operator']} {r['dtype']} B={r['batch']}"
            family, seconds = r["family"], r["flops"] / rate / 1e9
        points.append((label, family, r["flops"] / r["bytes"], r["flops"] / seconds))
    return points


def roofs_of(report):
    """Bytes per second of the copy, and {name: flops per second}."""
    ceilings = report.get("ceilings", report)
    flat = {name.split("_")[1]: value * 1e12 for name, value in ceilings.items()
            if name.startswith("matmul_") and isinstance(value, float)}
    copy = ceilings.get("copy_gb_per_s")
    return (copy * 1e9 if isinstance(copy, float) else None), flat


class Axes:
    """From flops per byte and flops per second to pixels."""

    def __init__(self, xs, ys):
        self.x0, self.x1 = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)))
        self.y0, self.y1 = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def x(self, value):
        return LEFT + (math.log10(value) - self.x0) / (self.x1 - self.x0) * (RIGHT - LEFT)

    def y(self, value):
        return BOTTOM - (math.log10(value) - self.y0) / (self.y1 - self.y0) * (BOTTOM - TOP)


def strokes(report, text=""):
    """The drawing, as ("line", x0, y0, x1, y1, colour), ("dot", x, y, colour, label) and
    ("text", x, y, text, size, anchor) in pixels."""
    points = [p for p in points_of(report) if text in p[0]]
    if not points:
        raise SystemExit(f"expected results with flops{' and ' + repr(text) if text else ''}, got none")
    copy, flat = roofs_of(report)
    xs = [p[2] for p in points] + [0.1, 1000.0]
    ys = [p[3] for p in points] + list(flat.values()) + ([copy] if copy else [])
    axes = Axes(xs, ys)
    title = report.get("gpu") or report.get("cpu") or report.get("build_info") or report.get("host", "")
    yield "text", LEFT, 24, f"{title}  {report.get('date', '')[:10]}", 15, "start"
    yield "text", (LEFT + RIGHT) / 2, HEIGHT - 20, "flops per byte of memory traffic", 13, "middle"
    yield "text", LEFT, TOP - 8, "flops per second", 13, "start"
    for e in range(axes.x0, axes.x1 + 1):
        yield "line", axes.x(10.0**e), TOP, axes.x(10.0**e), BOTTOM, "#dddddd"
        yield "text", axes.x(10.0**e), BOTTOM + 18, f"1e{e}", 12, "middle"
    for e in range(axes.y0, axes.y1 + 1):
        yield "line", LEFT, axes.y(10.0**e), RIGHT, axes.y(10.0**e), "#dddddd"
        yield "text", LEFT - 8, axes.y(10.0**e) + 4, f"1e{e}", 12, "end"
    if copy:
        low, high = 10.0**axes.x0, 10.0**axes.x1
        top = max(flat.values()) if flat else 10.0**axes.y1
        start = max(low, 10.0**axes.y0 / copy)
        end = min(high, top / copy)
        yield "line", axes.x(start), axes.y(start * copy), axes.x(end), axes.y(end * copy), "#000000"
        yield "text", axes.x(start) + 6, axes.y(start * copy) - 8, \
            f"copy {copy / 1e9:,.0f} GB/s", 12, "start"
    for name, value in flat.items():
        start = max(10.0**axes.x0, value / copy if copy else 0.0)
        if start < 10.0**axes.x1:
            yield "line", axes.x(start), axes.y(value), RIGHT, axes.y(value), "#000000"
            yield "text", RIGHT - 4, axes.y(value) - 5, \
                f"matmul {name} {value / 1e12:,.0f} TFLOP/s", 12, "end"
    families = sorted({p[1] for p in points})
    spacing = min(13.0, (HEIGHT - 13 - TOP) / len(points))
    for i, (label, family, x, y) in enumerate(points):
        colour = COLOURS[families.index(family) % len(COLOURS)]
        yield "dot", axes.x(x), axes.y(y), colour, label
        yield "text", axes.x(x) + 6, axes.y(y) + 4, str(i + 1), 10, "start"
        if spacing > 8:
            yield "text", RIGHT + 20, TOP + spacing * i, f"{i + 1}  {label}", 10, "start"


def svg(drawing):
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
             'font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>']
    for kind, *s in drawing:
        if kind == "line":
            parts.append('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>' % tuple(s))
        elif kind == "dot":
            parts.append('<circle cx="%.1f" cy="%.1f" r="4" fill="%s"><title>%s</title></circle>'
                         % (s[0], s[1], s[2], escape(s[3])))
        else:
            parts.append('<text x="%.1f" y="%.1f" font-size="%d" text-anchor="%s">%s</text>'
                         % (s[0], s[1], s[3], s[4], escape(s[2])))
    return "\n".join(parts) + "\n</svg>\n"


def png(drawing, path):
    """False where there is no matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    axes = figure.add_axes([0, 0, 1, 1])
    axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    axes.axis("off")
    sides = {"start": "left", "middle": "center", "end": "right"}
    for kind, *s in drawing:
        if kind == "line":
            axes.plot([s[0], s[2]], [s[1], s[3]], color=s[4], linewidth=1)
        elif kind == "dot":
            axes.plot([s[0]], [s[1]], "o", color=s[2], markersize=5)
        else:
            axes.text(s[0], s[1], s[2], fontsize=s[3] * 0.72, ha=sides[s[4]])
    figure.savefig(path)
    return True


def main():
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__.strip())
    with open(sys.argv[1], encoding="utf-8") as file:
        drawing = list(strokes(json.load(file), *sys.argv[3:]))
    with open(sys.argv[2] + ".svg", "w", encoding="utf-8") as file:
        file.write(svg(drawing))
    has_png = png(drawing, sys.argv[2] + ".png")
    print(f"wrote {sys.argv[2]}.svg" + (" and .png" if has_png else ""))


if __name__ == "__main__":
    main()
