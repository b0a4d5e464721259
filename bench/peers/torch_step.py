"""The training step of `bench/training_step_bench.ts` in PyTorch, on the CPU.

Usage: python torch_step.py [variant ...]
Prints a JSON line for each variant, profile and number of threads: the milliseconds a step of every period of
ten steps. Written for speed as one would by hand: stacked projections as in the TypeScript model, no module
classes, gradients only of what is trained. The data are random; nothing is learned.
"""

import json
import math
import sys
import time

import torch
from torch.nn.functional import cross_entropy, embedding, linear, relu

VOCABULARY, WIDTH, HEADS, FEED, LAYERS = 420, 64, 4, 256, 2
BATCH, SOURCE, TARGET = 16, 20, 2
LORA_RANK, LORA_SCALE, K, PERIOD, STEPS, SPACE_COLUMNS = 8, 4.0, 8, 10, 50, 8
BETA1, BETA2, EPS, RATE = 0.9, 0.999, 1e-6, 1e-3


def matrix(rows, columns=WIDTH):
    return torch.randn(rows, columns) * columns**-0.5


def rms_norm(x, gain):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * gain


def heads(x):
    return x.view(BATCH, -1, HEADS, WIDTH // HEADS).transpose(1, 2)


def attend(q, k, v, bias):
    scores = heads(q) @ heads(k).transpose(2, 3) + bias
    context = torch.softmax(scores, -1) @ heads(v)
    return context.transpose(1, 2).reshape(BATCH, -1, WIDTH)


class Model:
    """T5 with LoRA on self-attention q, v and, where asked for, full-rank cross-attention q, v."""

    def __init__(self, full_rank):
        self.embedding = matrix(VOCABULARY)
        self.gain = torch.ones(WIDTH)
        self.encoder_bias = torch.randn(1, HEADS, SOURCE, SOURCE)
        self.decoder_bias = torch.randn(1, HEADS, TARGET, TARGET)
        self.mask = torch.zeros(BATCH, 1, 1, SOURCE)
        self.causal = torch.triu(torch.full((TARGET, TARGET), -1e9), 1)
        self.layers = [self.layer(side == "decoder") for side in ["encoder", "decoder"] for _ in range(LAYERS)]
        self.lora_a = [pair[0] for layer in self.layers for pair in (layer["q_lora"], layer["v_lora"])]
        self.lora_b = [pair[1] for layer in self.layers for pair in (layer["q_lora"], layer["v_lora"])]
        self.full = [layer[name] for layer in self.layers[LAYERS:] for name in ("cross_q", "cross_v")]
        for weight in self.full:
            weight.requires_grad_(full_rank)

    def layer(self, decoder):
        def pair():
            a = (torch.rand(LORA_RANK, WIDTH) * 2 - 1) / math.sqrt(WIDTH)
            return a.requires_grad_(), torch.zeros(WIDTH, LORA_RANK).requires_grad_()

        names = ["q", "k", "v", "o"] + (["cross_q", "cross_k", "cross_v", "cross_o"] if decoder else [])
        weights = {name: matrix(WIDTH) for name in names}
        return weights | {
            "inner": matrix(FEED), "outer": matrix(WIDTH, FEED), "q_lora": pair(), "v_lora": pair(),
        }

    def self_attention(self, layer, x, bias):
        z = rms_norm(x, self.gain)
        adapted = [
            linear(z, layer[name]) + linear(linear(z, layer[f"{name}_lora"][0]), layer[f"{name}_lora"][1] * LORA_SCALE)
            for name in ("q", "v")
        ]
        return x + linear(attend(adapted[0], linear(z, layer["k"]), adapted[1], bias), layer["o"])

    def feed(self, layer, x):
        return x + linear(relu(linear(rms_norm(x, self.gain), layer["inner"])), layer["outer"])

    def loss(self, source, target):
        x = embedding(source, self.embedding)
        for layer in self.layers[:LAYERS]:
            x = self.feed(layer, self.self_attention(layer, x, self.encoder_bias + self.mask))
        memory = rms_norm(x, self.gain)
        y = embedding(torch.nn.functional.pad(target[:, :-1], (1, 0)), self.embedding)
        for layer in self.layers[LAYERS:]:
            y = self.self_attention(layer, y, self.decoder_bias + self.causal)
            q = linear(rms_norm(y, self.gain), layer["cross_q"])
            k, v = linear(memory, layer["cross_k"]), linear(memory, layer["cross_v"])
            y = self.feed(layer, y + linear(attend(q, k, v, self.mask), layer["cross_o"]))
        logits = linear(rms_norm(y, self.gain) * WIDTH**-0.5, self.embedding)
        return cross_entropy(logits.view(-1, VOCABULARY), target.view(-1))


class Group:
    """Weights of one shape, updated together: all gradients in one tensor [L, m, n]."""

    def __init__(self, weights, space, covariance, project):
        self.weights, self.project = weights, project
        count, rows, columns = len(weights), *weights[0].shape
        shape = (count, K, columns) if project else (count, rows, columns)
        self.m, self.v = torch.zeros(shape), torch.zeros(shape)
        self.space = torch.linalg.qr(torch.randn(count, columns, SPACE_COLUMNS))[0] if space else None
        self.covariance = torch.zeros(count, columns, columns) if covariance and space else None
        self.u = None

    def update(self, t):
        g = torch.stack([weight.grad for weight in self.weights])
        if self.project:
            if (t - 1) % PERIOD == 0:
                self.u = torch.linalg.svd(g, full_matrices=False)[0][:, :, :K].contiguous()
            g = self.u.mT @ g
        if self.covariance is not None:
            self.covariance.baddbmm_(g.mT, g)
        if self.space is not None:
            g = g - (g @ self.space) @ self.space.mT
        self.m.mul_(BETA1).add_(g, alpha=1 - BETA1)
        self.v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
        step = self.m / (self.v.sqrt() + EPS) * (RATE * math.sqrt(1 - BETA2**t) / (1 - BETA1**t))
        if self.project:
            step = self.u @ step
        torch._foreach_sub_(self.weights, list(step.unbind()))
        for weight in self.weights:
            weight.grad = None


def measure(variant, profile, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    space, full_rank, covariance = "S" in variant, "L" in variant, profile == "covariance"
    model = Model(full_rank)
    groups = [Group(model.lora_a, space, covariance, False), Group(model.lora_b, False, False, False)]
    if full_rank:
        groups.append(Group(model.full, space, covariance, True))
    sources = torch.randint(2, VOCABULARY, (STEPS, BATCH, SOURCE))
    targets = torch.randint(2, VOCABULARY, (STEPS, BATCH, TARGET))
    times = []
    for t in range(1, STEPS + 1):
        if (t - 1) % PERIOD == 0:
            start = time.perf_counter()
        loss = model.loss(sources[t - 1], targets[t - 1])
        loss.backward()
        with torch.no_grad():
            for group in groups:
                group.update(t)
        if t % PERIOD == 0:
            times.append(1e3 * (time.perf_counter() - start) / PERIOD)
            assert math.isfinite(loss.item())
    print(json.dumps({"profile": profile, "variant": variant, "threads": threads, "times": times[1:]}), flush=True)


if __name__ == "__main__":
    for variant in sys.argv[1:] or ["B", "B+L", "B+S", "B+L+S"]:
        for profile in ["aligned", "covariance"]:
            for threads in [1, 2]:
                measure(variant, profile, threads)
