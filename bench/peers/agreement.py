"""An independent check of the default experiment: the method in PyTorch, on the same base model and the same rows.

Written from the method's description (LoRA pairs on self-attention q, v; full-rank training of the decoder's
cross-attention q, v by projected gradients; the shared space S), not from this project's code; the model is
`T5ForConditionalGeneration` of transformers. Base weights, encoded rows, their order and the fresh A of every task
are read from files that `agreement_data.ts` wrote, so each run is paired with one of ours. Prints the average
performance after the last task, ours and PyTorch's, over seeds and for each, and the paired difference.

Expect equal means, not equal runs: training amplifies rounding errors. Without the full-rank group losses agree to
1e-5 for the first tens of steps. With it they part at the third step: the first gradients of the first
cross-attention q have rank 5 (few different decoder inputs), so of the k = 8 singular vectors 3 are rounding errors.
PyTorch parts from itself as fast when the base weights change by one part in 1e7.

Usage: python agreement.py DATA BASE RUNS RESULT [--variants B,B+L,...] [--seeds 1-8] [--report]
  DATA      the folder written by `agreement_data.ts`
  BASE      the base model's folder, such as data/embedded-t5
  RUNS      the folder of our runs, with */runs.arrow and */accuracy.arrow
  RESULT    where a JSON file for each run goes; runs that are there already are not repeated
  --report  only compare what RESULT holds

Needs torch, transformers, safetensors, numpy and pyarrow. Float32, one thread; about 20 s a run.
"""

import argparse
import glob
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

RANK, SCALE = 8, 4.0  # LoRA: r, and s = alpha / r = 32 / 8
LEARNING_RATE, BETA1, BETA2, EPS = 1e-3, 0.9, 0.999, 1e-6
PROJECTION_RANK, REFRESH_EVERY, PROJECTION_SCALE = 8, 10, 1.0

# what the variants switch: full-rank group, what S is measured from, energy share
VARIANTS = {
    "B": (False, None, 0.0),
    "B+L": (True, None, 0.0),
    "B+S": (False, "first-moment", 0.9),
    "B+L+S": (True, "first-moment", 0.9),
    "B+S (covariance)": (False, "covariance", 0.95),
    "B+L+S (covariance)": (True, "covariance", 0.95),
}


class Lora(torch.nn.Module):
    """y = W x + s (sum over pairs of B_j A_j x); the last pair is trained, the earlier ones are frozen."""

    def __init__(self, linear):
        super().__init__()
        self.weight = linear.weight
        self.a, self.b = torch.zeros(0, linear.in_features), torch.zeros(linear.out_features, 0)
        self.frozen_a, self.frozen_b = self.a, self.b

    def forward(self, x):
        # the pairs side by side: [B_1 B_2 ...] [A_1; A_2; ...] x is their sum
        a, b = torch.cat([self.frozen_a, self.a]), torch.cat([self.frozen_b, self.b], 1)
        return F.linear(x, self.weight) + SCALE * F.linear(F.linear(x, a), b)

    def freeze(self):
        self.frozen_a = torch.cat([self.frozen_a, self.a.detach()])
        self.frozen_b = torch.cat([self.frozen_b, self.b.detach()], 1)


class Adam:
    """Adam with eps outside the bias correction. `direction` gives the step to subtract, times the step size."""

    def __init__(self, shape):
        self.m, self.v, self.t = torch.zeros(shape), torch.zeros(shape), 0

    def direction(self, g):
        self.t += 1
        self.m.mul_(BETA1).add_(g, alpha=1 - BETA1)
        self.v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
        size = LEARNING_RATE * (1 - BETA2**self.t) ** 0.5 / (1 - BETA1**self.t)
        return size * self.m / (self.v.sqrt() + EPS)


class SharedSpace:
    """S [in, c] of one matrix, side `features`: gradients G [m, in] become G - G S S^T."""

    def __init__(self, width):
        self.basis = torch.zeros(width, 0)
        self.is_first = True

    def remove(self, g):
        return g - (g @ self.basis) @ self.basis.T

    def grow(self, measured, share):
        """Appends the leading left singular vectors of `measured` [in, any], by the rule `reach`."""
        measured = measured.double()
        total = measured.square().sum()
        if total == 0:
            self.is_first = False
            return
        basis = self.basis.double()
        rest = measured if self.is_first else measured - basis @ (basis.T @ measured)
        u, sigma, _ = torch.linalg.svd(rest, full_matrices=False)
        held = total - rest.square().sum()
        energies = held + torch.cat([torch.zeros(1, dtype=torch.float64), sigma.square().cumsum(0)])
        reached = (energies >= share * total).nonzero()
        count = int(reached[0]) if len(reached) else len(sigma)
        count = min(count, basis.shape[0] - basis.shape[1])
        basis = torch.cat([basis, u[:, :count]], 1)
        if (basis.T @ basis - torch.eye(basis.shape[1])).abs().max() > 1e-5:
            basis = torch.linalg.qr(basis)[0]
        self.basis = basis.float()
        self.is_first = False


class Protection:
    """The shared space of one matrix with what it is measured from during a task."""

    def __init__(self, width, source, share):
        self.space, self.source, self.share, self.width = SharedSpace(width), source, share, width

    def start_task(self):
        self.covariance = torch.zeros(self.width, self.width)

    def transform(self, g):
        if self.source is None:
            return g
        if self.source == "covariance":
            self.covariance += g.T @ g
        return self.space.remove(g)

    def end_task(self, moment):
        if self.source is None:
            return
        if self.source == "covariance":
            values, vectors = torch.linalg.eigh(self.covariance.double())
            self.space.grow(vectors * values.clamp(min=0).sqrt(), self.share)
        else:
            self.space.grow(moment.T, self.share)


class LoraRule:
    def __init__(self, module, source, share):
        self.module = module
        self.protection = Protection(module.weight.shape[1], source, share)

    def start_task(self, fresh):
        module = self.module
        module.freeze()
        if self.protection.source is not None:
            fresh = self.protection.space.remove(fresh)  # projectInit
        module.a = fresh.clone().requires_grad_()
        module.b = torch.zeros(module.weight.shape[0], RANK, requires_grad=True)
        self.adam_a, self.adam_b = Adam(module.a.shape), Adam(module.b.shape)
        self.protection.start_task()

    def step(self):
        module = self.module
        module.a -= self.adam_a.direction(self.protection.transform(module.a.grad))
        module.b -= self.adam_b.direction(module.b.grad)
        module.a.grad = module.b.grad = None

    def end_task(self):
        self.protection.end_task(self.adam_a.m)


class FullRankRule:
    """Input-preserving projection: R = U^T G [k, in], back U R; U of the present gradient every T steps."""

    def __init__(self, weight, source, share):
        self.weight = weight.requires_grad_()
        self.protection = Protection(weight.shape[1], source, share)

    def start_task(self):
        self.adam = Adam((PROJECTION_RANK, self.weight.shape[1]))
        self.protection.start_task()

    def step(self):
        g = self.weight.grad
        if self.adam.t % REFRESH_EVERY == 0:
            u = torch.linalg.svd(g, full_matrices=False)[0][:, :PROJECTION_RANK]
            largest = u.gather(0, u.abs().argmax(0, keepdim=True))
            self.u = u * torch.where(largest < 0, -1.0, 1.0)
        direction = self.adam.direction(self.protection.transform(self.u.T @ g))
        self.weight -= PROJECTION_SCALE * (self.u @ direction)
        self.weight.grad = None

    def end_task(self):
        self.protection.end_task(self.adam.m)


class Data:
    """One seed's files."""

    def __init__(self, folder, seed):
        self.path = os.path.join(folder, f"seed{seed}")
        with open(os.path.join(self.path, "meta.json")) as file:
            self.meta = json.load(file)

    def _read(self, name, dtype, columns):
        data = np.fromfile(os.path.join(self.path, name + ".bin"), dtype).reshape(-1, columns)
        return torch.from_numpy(data if dtype == np.float32 else data.astype(np.int64))

    def rows(self, task, split):
        lengths = self.meta["lengths"]
        return (
            self._read(f"{task}.{split}.inputIds", np.int32, lengths["sourceLength"]),
            self._read(f"{task}.{split}.attentionMask", np.int32, lengths["sourceLength"]),
            self._read(f"{task}.{split}.labels", np.int32, lengths["targetLength"]),
        )

    def order(self, task):
        return self._read(f"{task}.order", np.int32, self.meta["batchSize"])

    def fresh_a(self, task, module, width):
        return self._read(f"{task}.A.{module}", np.float32, width)


def load_base(folder):
    from safetensors.torch import load_file
    from transformers import T5Config, T5ForConditionalGeneration

    with open(os.path.join(folder, "config.json")) as file:
        config = T5Config(**json.load(file))
    model = T5ForConditionalGeneration(config)
    missing, unexpected = model.load_state_dict(load_file(os.path.join(folder, "model.safetensors")), strict=False)
    tied = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight", "shared.weight"}
    if not set(missing) <= tied or unexpected:
        raise ValueError(f"{folder} does not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model.eval().requires_grad_(False)


def logits_of(model, batch):
    ids, mask, labels = batch
    return model(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).logits


def accuracy(model, rows):
    """Exact match by teacher forcing: all labelled positions right, given the right tokens before each."""
    labels = rows[2]
    with torch.no_grad():
        right = logits_of(model, rows).argmax(-1) == labels
    return (right | (labels < 0)).all(1).float().mean().item()


def run(data, base_folder, variant, steps=None):
    """Trains and tests one sequence; `steps` cuts each task short, to compare losses alone."""
    full_rank, source, share = VARIANTS[variant]
    model = load_base(base_folder)
    lora, full = {}, {}
    for name in data.meta["modules"]:
        parent, leaf = name.rsplit(".", 1)
        wrapped = Lora(model.get_submodule(name))
        setattr(model.get_submodule(parent), leaf, wrapped)
        lora[name] = LoraRule(wrapped, source, share)
    if full_rank:
        for name, module in model.decoder.named_modules():
            if name.endswith(("EncDecAttention.q", "EncDecAttention.v")):
                full["decoder." + name] = FullRankRule(module.weight, source, share)
    tasks = range(1, len(data.meta["tasks"]) + 1)
    tests = [data.rows(task, "test") for task in tasks]
    matrix, losses, columns = [[accuracy(model, rows) for rows in tests]], [], []
    for task in tasks:
        train, order = data.rows(task, "train"), data.order(task)
        for name, rule in lora.items():
            rule.start_task(data.fresh_a(task, name, rule.module.weight.shape[1]))
        for rule in full.values():
            rule.start_task()
        for chosen in order[:steps]:
            batch = [part[chosen] for part in train]
            logits = logits_of(model, batch)
            loss = F.cross_entropy(logits.flatten(0, 1), batch[2].flatten(), ignore_index=-100)
            loss.backward()
            with torch.no_grad():
                for rule in [*lora.values(), *full.values()]:
                    rule.step()
            losses.append(loss.item())
        for rule in [*lora.values(), *full.values()]:
            rule.end_task()
        matrix.append([accuracy(model, rows) for rows in tests])
        columns.append({n: r.protection.space.basis.shape[1] for n, r in {**lora, **full}.items()})
    return {"variant": variant, "seed": data.meta["seed"], "tasks": data.meta["tasks"], "matrix": matrix,
            "average": float(np.mean(matrix[-1])), "losses": losses, "columns": columns}


def read_table(path):
    import pyarrow as pa

    try:
        return pa.ipc.open_file(path).read_all()
    except pa.ArrowInvalid:
        return pa.ipc.open_stream(path).read_all()


def our_runs(folder):
    """Our accuracy matrices by variant and seed."""
    found = {}
    for path in glob.glob(os.path.join(folder, "*", "runs.arrow")):
        last = read_table(path).to_pylist()[-1]
        if last["status"] != "finished":
            continue
        matrix = np.full((len(last["tasks"]) + 1, len(last["tasks"])), np.nan)
        for row in read_table(path.replace("runs.arrow", "accuracy.arrow")).to_pylist():
            matrix[row["after_task"], row["task"] - 1] = row["correct"] / row["total"]
        found[last["label"], last["seed"]] = {**last, "matrix": matrix, "folder": os.path.dirname(path)}
    return found


def mean_error(values):
    values = np.asarray(values)
    return values.mean(), values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else float("nan")


def report(runs_folder, result_folder):
    ours = our_runs(runs_folder)
    lines = ["| variant | seeds | ours | PyTorch | difference (PyTorch - ours) |", "|---|---|---|---|---|"]
    details = []
    for variant in VARIANTS:
        pairs = []
        for path in sorted(glob.glob(os.path.join(result_folder, "*.json"))):
            with open(path) as file:
                theirs = json.load(file)
            mine = ours.get((variant, theirs["seed"]))
            if theirs["variant"] != variant or mine is None:
                continue
            if theirs["tasks"] != mine["tasks"]:
                raise ValueError(f"seed {theirs['seed']} is another suite: {theirs['tasks']}, {mine['tasks']}")
            pairs.append((theirs["seed"], mine["matrix"], np.array(theirs["matrix"])))
        if not pairs:
            continue
        pairs.sort(key=lambda pair: pair[0])
        a, b = (100 * np.array([pair[i][-1].mean() for pair in pairs]) for i in (1, 2))
        cells = [f"{m:.1f} ± {e:.1f}" for m, e in map(mean_error, (a, b, b - a))]
        lines.append(f"| {variant} | {len(pairs)} | " + " | ".join(cells) + " |")
        details.append(f"{variant}: seed: ours, PyTorch: " +
                       "; ".join(f"{p[0]}: {x:.1f}, {y:.1f}" for p, x, y in zip(pairs, a, b)))
        first = [abs(100 * (p[1][1] - p[2][1])).max() for p in pairs]
        details.append("  largest difference of any accuracy after task 1, by seed: " +
                       " ".join(f"{x:.1f}" for x in first))
    return "\n".join([*lines, "", *details, ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "base", "runs", "result"):
        parser.add_argument(name)
    parser.add_argument("--variants", default="B,B+L,B+L+S,B+L+S (covariance),B+S")
    parser.add_argument("--seeds", default="1-8")
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    os.makedirs(options.result, exist_ok=True)
    first, last = (int(part) for part in (options.seeds.split("-") * 2)[:2])
    for variant in [] if options.report else options.variants.split(","):
        for seed in range(first, last + 1):
            path = os.path.join(options.result, f"{variant} {seed}.json".replace(" ", "_"))
            if os.path.exists(path):
                continue
            start = time.perf_counter()
            outcome = run(Data(options.data, seed), options.base, variant)
            with open(path + ".part", "w") as file:
                json.dump(outcome, file)
            os.replace(path + ".part", path)
            print(f"{variant}, seed {seed}: {100 * outcome['average']:.1f} in {time.perf_counter() - start:.0f} s",
                  flush=True)
    print(report(options.runs, options.result))


if __name__ == "__main__":
    main()
