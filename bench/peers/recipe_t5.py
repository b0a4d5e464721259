"""The recipe's T5 and its pre-training in PyTorch, written from its description; see `recipe_study.py`.

Weights are a dictionary with the names of `T5ForConditionalGeneration`, so the kit's model files are read as they are.
"""

import functools
import math
import random
import time

import torch
from recipe_texts import PAD, READINGS, VOCABULARY_SIZE, Writer, pad
from torch.nn import functional as F

WIDTH, HEADS, HEAD_WIDTH, FEED_FORWARD, LAYERS = 64, 4, 16, 256, 2
BUCKETS, MAX_DISTANCE = 16, 32
ADAPTER_SCALE = 4.0
STEPS, BATCH_SIZE, LEARNING_RATE, WARM_UP = 3000, 64, 2e-3, 200


def initial_weights(seed):
    generator, weights = torch.Generator().manual_seed(seed), {}

    def normal(name, outputs, inputs, deviation):
        weights[name + ".weight"] = torch.randn(outputs, inputs, generator=generator) * deviation

    def attention(name, layer):
        normal(f"{layer}.{name}.q", WIDTH, WIDTH, (WIDTH * HEAD_WIDTH) ** -0.5)
        for part in "kvo":
            normal(f"{layer}.{name}.{part}", WIDTH, WIDTH, WIDTH**-0.5)
        weights[f"{layer}.layer_norm.weight"] = torch.ones(WIDTH)

    normal("shared", VOCABULARY_SIZE, WIDTH, 1.0)
    for stack in ("encoder", "decoder"):
        normal(f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias", BUCKETS, HEADS, WIDTH**-0.5)
    for stack in ("encoder", "decoder"):
        weights[f"{stack}.final_layer_norm.weight"] = torch.ones(WIDTH)
    for block in range(LAYERS):
        attention("SelfAttention", f"encoder.block.{block}.layer.0")
        attention("SelfAttention", f"decoder.block.{block}.layer.0")
        attention("EncDecAttention", f"decoder.block.{block}.layer.1")
        for layer in (f"encoder.block.{block}.layer.1", f"decoder.block.{block}.layer.2"):
            normal(f"{layer}.DenseReluDense.wi", FEED_FORWARD, WIDTH, WIDTH**-0.5)
            normal(f"{layer}.DenseReluDense.wo", WIDTH, FEED_FORWARD, FEED_FORWARD**-0.5)
            weights[f"{layer}.layer_norm.weight"] = torch.ones(WIDTH)
    return weights


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * weight


@functools.cache
def position_buckets(length, is_bidirectional):
    """T5's bucket of each pair of positions [query, key]."""
    relative = torch.arange(length)[None, :] - torch.arange(length)[:, None]
    count, offset = BUCKETS, torch.zeros_like(relative)
    if is_bidirectional:
        count //= 2
        offset, relative = (relative > 0).long() * count, relative.abs()
    else:
        relative = -torch.min(relative, torch.zeros_like(relative))
    exact = count // 2
    ratio = torch.log(relative.float().clamp(min=1) / exact) / math.log(MAX_DISTANCE / exact)
    far = exact + (ratio * (count - exact)).long()
    return offset + torch.where(relative < exact, relative, far.clamp(max=count - 1))


def attention(weights, name, x, memory, bias, adapters={}):
    def low_rank(part, inputs):
        a, b = adapters[f"{name}.{part}"]
        return ADAPTER_SCALE * F.linear(F.linear(inputs, a), b)

    def heads(y):
        return y.view(len(y), -1, HEADS, HEAD_WIDTH).transpose(1, 2)

    q, k, v = (F.linear(y, weights[f"{name}.{part}.weight"]) for part, y in zip("qkv", (x, memory, memory)))
    if f"{name}.q" in adapters:
        q, v = q + low_rank("q", x), v + low_rank("v", memory)
    scores = heads(q) @ heads(k).transpose(2, 3) + bias
    mixed = (scores.softmax(-1) @ heads(v)).transpose(1, 2).reshape(x.shape)
    return F.linear(mixed, weights[f"{name}.o.weight"])


def feed_forward(weights, name, x):
    hidden = F.relu(F.linear(x, weights[f"{name}.DenseReluDense.wi.weight"]))
    return F.linear(hidden, weights[f"{name}.DenseReluDense.wo.weight"])


def encode(weights, x, bias, adapters):
    for block in range(LAYERS):
        first, last = (f"encoder.block.{block}.layer.{layer}" for layer in (0, 1))
        h = rms_norm(x, weights[f"{first}.layer_norm.weight"])
        x = x + attention(weights, f"{first}.SelfAttention", h, h, bias, adapters)
        x = x + feed_forward(weights, last, rms_norm(x, weights[f"{last}.layer_norm.weight"]))
    return rms_norm(x, weights["encoder.final_layer_norm.weight"])


def decode(weights, x, bias, encoded, mask, adapters):
    for block in range(LAYERS):
        first, cross, last = (f"decoder.block.{block}.layer.{layer}" for layer in (0, 1, 2))
        h = rms_norm(x, weights[f"{first}.layer_norm.weight"])
        x = x + attention(weights, f"{first}.SelfAttention", h, h, bias, adapters)
        h = rms_norm(x, weights[f"{cross}.layer_norm.weight"])
        x = x + attention(weights, f"{cross}.EncDecAttention", h, encoded, mask)
        x = x + feed_forward(weights, last, rms_norm(x, weights[f"{last}.layer_norm.weight"]))
    return rms_norm(x, weights["decoder.final_layer_norm.weight"])


def position_bias(weights, stack, length):
    table = weights[f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    return table[position_buckets(length, stack == "encoder")].permute(2, 0, 1)[None]


def logits_of(weights, source, target, adapters={}):
    """Logits [batch, target, vocabulary]; `adapters` are LoRA pairs (A, B) by the name of their linear map."""
    embedding, length = weights["shared.weight"], target.shape[1]
    mask = torch.where(source == PAD, -1e9, 0.0)[:, None, None, :]
    bias = position_bias(weights, "encoder", source.shape[1]) + mask
    encoded = encode(weights, embedding[source], bias, adapters)
    causal = torch.full((length, length), -1e9).triu(1)
    shifted = torch.cat([torch.zeros_like(target[:, :1]), target[:, :-1]], 1)
    bias = position_bias(weights, "decoder", length) + causal
    decoded = decode(weights, embedding[shifted], bias, encoded, mask, adapters)
    return F.linear(decoded * WIDTH**-0.5, embedding)


def loss_of(weights, source, target, adapters={}):
    logits = logits_of(weights, source, target, adapters)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PAD)


@torch.no_grad()
def accuracy(weights, source, target):
    """Percent of rows whose every target token is right, given the right tokens before it."""
    predicted = logits_of(weights, source, target).argmax(-1)
    return ((predicted == target) | (target == PAD)).all(1).float().mean().item() * 100


def pretrain(path, seed, reading):
    """Trains a base model and writes it to `path`; prints the smoothed loss every 250 steps."""
    weights = initial_weights(seed)
    writer = Writer(READINGS[reading], random.Random(seed * 7919 + 1))
    parameters = [weight.requires_grad_() for weight in weights.values()]
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE, betas=(0.9, 0.98), eps=1e-8)
    start, smoothed = time.perf_counter(), None
    for step in range(STEPS):
        sources, targets = zip(*(writer.example() for _ in range(BATCH_SIZE)))
        optimizer.param_groups[0]["lr"] = LEARNING_RATE * min((step + 1) / WARM_UP, (STEPS - step) / (STEPS - WARM_UP))
        loss = loss_of(weights, pad(sources), pad(targets))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        smoothed = loss.item() if smoothed is None else 0.98 * smoothed + 0.02 * loss.item()
        if step % 250 == 0:
            print(f"step {step}: loss {smoothed:.4f}, {time.perf_counter() - start:.0f} s", flush=True)
    torch.save({"weights": {name: weight.detach() for name, weight in weights.items()}, "reading": reading}, path)
