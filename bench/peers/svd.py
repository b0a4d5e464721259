"""The decompositions of `bench/svd_bench.ts` by LAPACK (numpy) and, where torch is installed, torch.svd_lowrank.

Usage: python svd.py COUNT,ROWS,COLUMNS,K …
Prints a JSON line for each case: best milliseconds of a full decomposition in float32 and float64, and of the
randomized one (float32, k + 8 columns, 4 iterations), for all COUNT matrices, and the latter's largest error
relative to the first value. Threads as by default.
"""

import json
import sys
import time

import numpy as np

try:
    import torch
except ImportError:
    torch = None


def best(run, seconds=1.0):
    least, end = float("inf"), time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        run()
        now = time.perf_counter()
        least = min(least, now - start)
        if now > end:
            return 1000 * least


for case in sys.argv[1:]:
    count, rows, columns, k = map(int, case.split(","))
    draw = np.random.default_rng(1)
    left = np.linalg.qr(draw.standard_normal((rows, min(rows, columns))))[0]
    right = np.linalg.qr(draw.standard_normal((columns, min(rows, columns))))[0]
    a = (left / np.arange(1, min(rows, columns) + 1)) @ right.T
    stack = {name: np.stack([a] * count).astype(name) for name in ("float32", "float64")}
    times = {name: best(lambda: np.linalg.svd(x, full_matrices=False)) for name, x in stack.items()}
    if torch is not None:
        tensors = torch.from_numpy(stack["float32"])
        lowrank = lambda: torch.svd_lowrank(tensors, q=min(k + 8, *a.shape), niter=4)
        times["lowrank"] = best(lowrank)
        found = lowrank()[1].reshape(count, -1)[0, :k].numpy()
        times["lowrankError"] = float(np.abs(found - 1 / np.arange(1, k + 1)).max())
    print(json.dumps({"case": case, **times}), flush=True)
