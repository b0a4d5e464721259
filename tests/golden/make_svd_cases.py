"""Small singular value decompositions from LAPACK: needs numpy and safetensors. Run in this folder."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

draw = np.random.default_rng(20240607)


def matrix(rows, columns, values):
    k = len(values)
    left = np.linalg.qr(draw.standard_normal((rows, k)))[0]
    right = np.linalg.qr(draw.standard_normal((columns, k)))[0]
    return (left * values) @ right.T


def case(name, what, a, k, check="subspace", rel=1e-12, projector=1e-6):
    u, s, vt = np.linalg.svd(a.astype(np.float64), full_matrices=False)
    folder = Path("svd") / name
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"a": a, "s": s}
    if check == "subspace":
        tensors |= {"u": np.ascontiguousarray(u[:, :k]), "v": np.ascontiguousarray(vt[:k].T)}
    save_file(tensors, folder / "tensors.safetensors")
    record = {
        "kind": "svd",
        "name": name,
        "what": what,
        "source": f"numpy {np.__version__} linalg.svd in float64",
        "config": {"check": check, "k": k, "orthonormal": True},
        "tolerance": {
            "abs": 0,
            "rel": 0,
            "per": {"s": {"abs": 0, "rel": rel}, "projector": {"abs": projector, "rel": 0}},
        },
    }
    (folder / "case.json").write_text(json.dumps(record, indent=1) + "\n")


case("steep", "Values from 1 to 1e-8 in float64.", matrix(20, 14, 10.0 ** -np.linspace(0, 8, 14)), 10)
case("clustered", "Two pairs of values that agree to nine digits.", matrix(17, 17, np.array([3, 3 - 3e-9, 1, 1 - 1e-9] + [0.1] * 13)), 4)
case("tall-257", "257 by 3.", draw.standard_normal((257, 3)).astype(np.float32), 2)
case("wide-33", "7 by 33 of rank 3, more pairs than that.", matrix(7, 33, np.array([2.0, 1.5, 1e-3])).astype(np.float32), 6, "values")
