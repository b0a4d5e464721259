"""A third implementation of the default experiment, written from the recipe's description alone, in PyTorch.

It shares no code with the kit: texts and tasks (`recipe_texts.py`), T5 and pre-training (`recipe_t5.py`), and here
method and evaluation. It measures what depends on how the recipe is read (docs/agreement.md).

Usage:
  python recipe_study.py pretrain OUT.pt [--seed 1] [--reading literal]
  python recipe_study.py evaluate BASE [--seeds 8] [--variant B+L+S] [--tasks FOLDER]
    BASE      a file that `pretrain` wrote, or the folder of the kit's base model, such as data/embedded-t5
    --seeds   a count, or a range such as 3-6; a seed redraws tasks, rows, fresh adapters and batches
    --tasks   a folder with the kit's tasks and row orders from `agreement_data.ts`; without, tasks of its own
              (for bases with the kit's vocabulary)

Needs torch, numpy and, for the kit's base, safetensors. Float32, one thread: about 5 minutes to pre-train, 25 s a run.
"""

import argparse
import itertools
import os

import torch
from agreement import VARIANTS, Data, mean_error
from recipe_t5 import ADAPTER_SCALE, WIDTH, accuracy, loss_of, pretrain
from recipe_texts import READINGS, TASKS, KitTask, own_tasks

STEPS, RANK = 200, 8
LEARNING_RATE, BETA1, BETA2, EPS = 1e-3, 0.9, 0.999, 1e-6
PROJECTION_RANK, REFRESH_EVERY = 8, 10
ADAPTED = [f"{stack}.block.{block}.layer.0.SelfAttention.{part}"
           for stack in ("encoder", "decoder") for block in (0, 1) for part in "qv"]
FULL_RANK = [f"decoder.block.{block}.layer.1.EncDecAttention.{part}.weight" for block in (0, 1) for part in "qv"]


class Adam:
    def __init__(self, like):
        self.m, self.v, self.t = torch.zeros_like(like), torch.zeros_like(like), 0

    def direction(self, g):
        self.t += 1
        self.m = BETA1 * self.m + (1 - BETA1) * g
        self.v = BETA2 * self.v + (1 - BETA2) * g * g
        return self.m / (self.v.sqrt() + EPS) * (1 - BETA2**self.t) ** 0.5 / (1 - BETA1**self.t)


def grow(basis, measured, share):
    """Appends left singular vectors of `measured` [in, any] to S [in, c] until S holds a `share` of its energy."""
    total = measured.pow(2).sum()
    if total == 0:
        return basis
    rest = measured - basis @ (basis.T @ measured) if basis.shape[1] else measured
    u, sigma, _ = torch.linalg.svd(rest, full_matrices=False)
    held = (total - rest.pow(2).sum()).item()
    count = 0
    while held < share * total.item() - 1e-12 and count < len(sigma):
        held += sigma[count].item() ** 2
        count += 1
    if not basis.shape[1]:
        return u[:, :count]
    basis = torch.cat([basis, u[:, :count]], 1)[:, : len(basis)]
    if (basis.T @ basis - torch.eye(basis.shape[1])).abs().max() > 1e-5:
        basis = torch.linalg.qr(basis)[0]
    return basis


class SharedSpaces:
    """The shared spaces S of `count` matrices; gradients G [count, m, in] become G - G S S^T."""

    def __init__(self, count, source, share):
        self.source, self.share = source, share
        self.bases = [torch.zeros(WIDTH, 0) for _ in range(count)]
        self.projections = torch.zeros(count, WIDTH, WIDTH)

    def start_task(self):
        self.covariances = torch.zeros_like(self.projections)

    def remove(self, g):
        return g if self.source is None else g - g @ self.projections

    def observe(self, g):
        """Measures a gradient, and removes S from it."""
        if self.source == "covariance":
            self.covariances += g.transpose(1, 2) @ g
        return self.remove(g)

    def end_task(self, moments):
        if self.source is None:
            return
        for i, (moment, covariance) in enumerate(zip(moments, self.covariances)):
            if self.source == "covariance":
                values, vectors = torch.linalg.eigh(covariance)
                measured = vectors * values.clamp(min=0).sqrt()
            else:
                measured = moment.T
            self.bases[i] = grow(self.bases[i], measured, self.share)
            self.projections[i] = self.bases[i] @ self.bases[i].T

    def mean_columns(self):
        return sum(basis.shape[1] for basis in self.bases) / len(self.bases)


class LoraPairs:
    """LoRA on self-attention q, v: fresh pairs for every task, S removed from A; then folded into the weights."""

    def __init__(self, source, share):
        self.spaces = SharedSpaces(len(ADAPTED), source, share)

    def start_task(self, generator):
        fresh = (torch.rand(len(ADAPTED), RANK, WIDTH, generator=generator) * 2 - 1) * WIDTH**-0.5
        self.a, self.b = self.spaces.remove(fresh), torch.zeros(len(ADAPTED), WIDTH, RANK)
        self.adam_a, self.adam_b = Adam(self.a), Adam(self.b)
        self.spaces.start_task()

    def parameters(self):
        self.a, self.b = self.a.requires_grad_(), self.b.requires_grad_()
        return [self.a, self.b]

    def adapters(self):
        return {name: pair for name, *pair in zip(ADAPTED, self.a.unbind(0), self.b.unbind(0))}

    def step(self, gradient_a, gradient_b):
        self.a = self.a.detach() - LEARNING_RATE * self.adam_a.direction(self.spaces.observe(gradient_a))
        self.b = self.b.detach() - LEARNING_RATE * self.adam_b.direction(gradient_b)

    def end_task(self, weights):
        for name, a, b in zip(ADAPTED, self.a, self.b):
            weights[f"{name}.weight"] = weights[f"{name}.weight"] + ADAPTER_SCALE * b @ a
        self.spaces.end_task(self.adam_a.m)


class FullRankWeights:
    """Projected gradients for the decoder's cross-attention q, v: R = U^T G [k, in], back U R."""

    def __init__(self, weights, source, share):
        self.spaces = SharedSpaces(len(FULL_RANK), source, share)
        self.stacked = torch.stack([weights[name] for name in FULL_RANK])

    def start_task(self):
        self.adam = Adam(self.stacked[:, :PROJECTION_RANK])
        self.spaces.start_task()

    def parameters(self):
        self.stacked = self.stacked.requires_grad_()
        return [self.stacked]

    def weights(self):
        return dict(zip(FULL_RANK, self.stacked.unbind(0)))

    def step(self, g):
        if self.adam.t % REFRESH_EVERY == 0:
            u = torch.linalg.svd(g)[0][:, :, :PROJECTION_RANK]
            self.u = u * torch.sign(torch.gather(u, 1, u.abs().argmax(1, keepdim=True)))
        direction = self.adam.direction(self.spaces.observe(self.u.transpose(1, 2) @ g))
        self.stacked = self.stacked.detach() - LEARNING_RATE * (self.u @ direction)

    def end_task(self, weights):
        weights.update(self.weights())
        self.spaces.end_task(self.adam.m)


def train(weights, task, lora, full, generator):
    """Trains on one task and changes `weights`; without full-rank training `full` is None."""
    lora.start_task(generator)
    if full:
        full.start_task()
    source, target = task.train
    for rows in itertools.islice(task.batches(generator), STEPS):
        parameters = lora.parameters() + (full.parameters() if full else [])
        present = {**weights, **full.weights()} if full else weights
        loss = loss_of(present, source[rows], target[rows], lora.adapters())
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            lora.step(*gradients[:2])
            if full:
                full.step(gradients[2])
    lora.end_task(weights)
    if full:
        full.end_task(weights)


def run(base, tasks, variant, seed):
    """Learns the tasks in turn. Average performance, backward transfer, accuracy right after learning; columns of S."""
    is_full_rank, source, share = VARIANTS[variant]
    weights, generator = dict(base), torch.Generator().manual_seed(seed * 31 + 5)
    lora = LoraPairs(source, share)
    full = FullRankWeights(weights, source, share) if is_full_rank else None
    matrix = []
    for task in tasks:
        train(weights, task, lora, full, generator)
        matrix.append([accuracy(weights, *other.test) for other in tasks])
    right = [matrix[i][i] for i in range(len(tasks))]
    changes = [matrix[-1][i] - right[i] for i in range(len(tasks) - 1)]
    return {"AP": sum(matrix[-1]) / len(tasks), "BWT": sum(changes) / len(changes), "right": sum(right) / len(tasks),
            "columns A": lora.spaces.mean_columns(), "columns full-rank": full.spaces.mean_columns() if full else 0.0}


def load_base(path):
    """The weights and the name of the reading that they were trained with."""
    if os.path.isdir(path):
        from safetensors.torch import load_file

        stored = load_file(os.path.join(path, "model.safetensors"))
        return {name: weight.float() for name, weight in stored.items()}, "kit"
    saved = torch.load(path)
    return saved["weights"], saved["reading"]


def evaluate(path, seeds, variant, folder):
    base, reading = load_base(path)
    if folder and not READINGS[reading].kit_vocabulary:
        raise SystemExit(f"{path} has the vocabulary of reading '{reading}'; the kit's tasks need the kit's vocabulary")
    first, last = map(int, seeds.split("-")) if "-" in seeds else (1, int(seeds))
    runs = []
    for seed in range(first, last + 1):
        data = Data(folder, seed) if folder else None
        tasks = [KitTask(data, i + 1) for i in range(TASKS)] if data else own_tasks(reading, seed)
        runs.append(run(base, tasks, variant, seed))
        print(f"seed {seed}: " + ", ".join(f"{name} {value:.2f}" for name, value in runs[-1].items()), flush=True)
    for name in runs[0]:
        print(f"{name}: {{:.1f}} ± {{:.1f}}".format(*mean_error([outcome[name] for outcome in runs])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    pretraining = commands.add_parser("pretrain")
    pretraining.add_argument("out")
    pretraining.add_argument("--seed", type=int, default=1)
    pretraining.add_argument("--reading", choices=READINGS, default="literal")
    evaluation = commands.add_parser("evaluate")
    evaluation.add_argument("base")
    evaluation.add_argument("--seeds", default="8")
    evaluation.add_argument("--variant", choices=VARIANTS, default="B+L+S")
    evaluation.add_argument("--tasks")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.command == "pretrain":
        pretrain(options.out, options.seed, options.reading)
    else:
        evaluate(options.base, options.seeds, options.variant, options.tasks)


if __name__ == "__main__":
    main()
