"""The step and the generation of `bench/real_model_bench.ts` in PyTorch with transformers, on the CPU.

Usage: python torch_real_model.py t5-small|FOLDER
Prints one JSON line, the seconds of the fastest step and of ten tokens. LoRA by hand on q and v as in PEFT, gradients
of the full-rank weights, logits at label positions only, Adam in the projected space. No projection is refreshed.
"""

import json
import sys
import time

import torch
from torch.nn.functional import cross_entropy, linear
from transformers import AutoModelForCausalLM, T5Config, T5ForConditionalGeneration

ROWS, LENGTH, RANK, SCALE, K, COLUMNS, STEPS = 8, 64, 8, 4.0, 8, 8, 4
torch.set_num_threads(2)
torch.manual_seed(0)


class Lora(torch.nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        rows, columns = inner.weight.shape
        self.a = torch.nn.Parameter((torch.rand(RANK, columns) - 0.5) * 2 * columns**-0.5)
        self.b = torch.nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, x):
        return self.inner(x) + SCALE * linear(linear(x, self.a), self.b)


class Rule:
    """Project, remove the shared space, Adam, project back."""

    def __init__(self, weight, full):
        self.weight, rows = weight, weight.shape[0]
        self.u = torch.linalg.qr(torch.randn(rows, K))[0] if full else None
        self.s = torch.linalg.qr(torch.randn(weight.shape[1], COLUMNS))[0]
        self.m = self.v = 0

    def step(self):
        g = self.weight.grad
        g = self.u.T @ g if self.u is not None else g
        g = g - (g @ self.s) @ self.s.T
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.999 * self.v + 0.001 * g * g
        change = 1e-4 * self.m / (self.v.sqrt() + 1e-6)
        self.weight -= self.u @ change if self.u is not None else change
        self.weight.grad = None


kind = sys.argv[1]
is_t5 = kind == "t5-small"
if is_t5:
    shape = dict(vocab_size=32128, d_model=512, d_kv=64, d_ff=2048, num_layers=6, num_heads=8, dropout_rate=0, decoder_start_token_id=0)
    model = T5ForConditionalGeneration(T5Config(**shape))
else:
    model = AutoModelForCausalLM.from_pretrained(kind, dtype=torch.float32)
model.eval().requires_grad_(False)
names = (("SelfAttention.q", "SelfAttention.v"), ("EncDecAttention.q", "EncDecAttention.v")) if is_t5 else (("q_proj", "v_proj"), ("gate_proj",))
rules = []
for name, module in list(model.named_modules()):
    if name.endswith(names[0]):
        parent, child = name.rsplit(".", 1)
        pair = Lora(module)
        setattr(model.get_submodule(parent), child, pair)
        rules += [Rule(pair.a, False), Rule(pair.b, False)]
    elif name.endswith(names[1]):
        rules.append(Rule(module.weight.requires_grad_(), True))

targets = 8 if is_t5 else 4
ids, labels = torch.randint(3, 30000, (ROWS, LENGTH)), torch.randint(3, 30000, (ROWS, targets))


def loss():
    if is_t5:
        return model(input_ids=ids, labels=labels).loss
    hidden = model.model(input_ids=ids).last_hidden_state[:, -targets:]
    return cross_entropy(model.lm_head(hidden).flatten(0, 1), labels.flatten())


def step():
    loss().backward()
    with torch.no_grad():
        for rule in rules:
            rule.step()


def seconds(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


step()
best = min(seconds(step) for _ in range(STEPS))
options = dict(max_new_tokens=10, min_new_tokens=10, do_sample=False, attention_mask=torch.ones_like(ids))
write = lambda: model.generate(input_ids=ids, **options)
write()
print(json.dumps({"step": best, "generation": min(seconds(write) for _ in range(2))}))
