"""Angles between subspaces from SciPy: needs numpy and scipy. Run in this folder."""

import json

import numpy as np
import scipy
from scipy.linalg import subspace_angles

draw = np.random.default_rng(20250703)


def case(what, a, b):
    orthonormal = [np.linalg.qr(m)[0] for m in (a, b)]
    angles = np.sort(subspace_angles(*orthonormal))
    fields = {name: {"shape": m.shape, "data": m.ravel().tolist()} for name, m in zip("ab", orthonormal)}
    return {"what": what, **fields, "angles": angles.tolist()}


def random(rows, columns):
    return draw.standard_normal((rows, columns))


shared = random(20, 3)
tilted = shared + 1e-6 * random(20, 3)
cases = [
    case("general position", random(9, 3), random(9, 4)),
    case("the first space larger", random(33, 20), random(33, 7)),
    case("sides that reach beyond the sum of dimensions", random(7, 5), random(7, 4)),
    case("angles of a millionth", shared, tilted),
    case("one direction in common, others orthogonal", np.eye(6)[:, [0, 1, 2]], np.eye(6)[:, [0, 4]]),
    case("one dimension", random(1, 1), random(1, 1)),
]
record = {
    "kind": "principal-angles",
    "name": "scipy",
    "what": "angles between the spans of orthonormal columns a and b, rising",
    "source": f"scipy {scipy.__version__} linalg.subspace_angles",
    "config": {"cases": cases},
    "tolerance": {"abs": 1e-9, "rel": 0},
}
with open("principal-angles/scipy/case.json", "w") as file:
    json.dump(record, file)
    file.write("\n")
