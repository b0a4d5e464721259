"""The expected values of the metrics cases, by the formulas, with numpy in float64."""

import json
import sys
from pathlib import Path

import numpy as np


def mean(terms):
    return None if len(terms) == 0 or np.isnan(terms).any() else float(np.mean(terms))


def expected(accuracy, samples):
    a = np.array([[np.nan if x is None else x for x in row] for row in accuracy], dtype=np.float64)
    T = a.shape[1]
    last, samples = a[T], np.array(samples, dtype=np.float64)
    best = [np.nanmax(a[j : T, j - 1]) if not np.isnan(a[j : T, j - 1]).all() else np.nan for j in range(1, T)]
    return {
        "AP": mean(last),
        "BWT": mean(np.array([a[T, j] - a[j + 1, j] for j in range(T - 1)])),
        "forgetting": mean(np.array(best) - last[: T - 1]),
        "FWT": mean(np.array([a[j, j] - a[0, j] for j in range(1, T)])),
        "sampleWeightedAP": None if np.isnan(last).any() else float((last * samples).sum() / samples.sum()),
    }


for path in sorted(Path(__file__).parent.glob("*/case.json")):
    case = json.loads(path.read_text())
    config = case["config"]
    found = expected(config["accuracy"], config["samples"])
    agree = all(
        (x is None and y is None) or (x is not None and y is not None and abs(x - y) < 1e-9)
        for x, y in ((config["expected"][name], found[name]) for name in found)
    )
    print(path.parent.name, "agrees" if agree else f"differs: {config['expected']} {found}")
    if "--write" in sys.argv and not agree:
        config["expected"] = found
        path.write_text(json.dumps(case, indent=1) + "\n")
