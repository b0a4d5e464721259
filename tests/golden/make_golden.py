"""Golden cases of the method, computed with PyTorch in float64 apart from the library under test.

Needs torch, transformers, safetensors; the files here: torch 2.13.0, transformers 5.23.0, Python 3.11.
  python make_golden.py               makes the cases listed at the end, in this folder, from seeds
  python make_golden.py --check ROOT  recomputes every case of these kinds under ROOT/<kind>/<case> and compares

The kinds and the format of a case are described in README.md.
"""

import json
import re
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration

VERSIONS = f"make_golden.py, torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}"
torch.set_num_threads(1)


# --- the method ---

class Adam:
    def __init__(self, c, lr):
        self.c, self.lr, self.t, self.m, self.v = c, lr, 0, 0, 0

    def direction(self, g):
        """What is subtracted from the weights, learning rate and bias correction included."""
        c, self.t = self.c, self.t + 1
        self.m = c["beta1"] * self.m + (1 - c["beta1"]) * g
        self.v = c["beta2"] * self.v + (1 - c["beta2"]) * g * g
        first, second = 1 - c["beta1"] ** self.t, 1 - c["beta2"] ** self.t
        if c.get("epsPlacement") == "inside":
            return self.lr / first * self.m / ((self.v / second).sqrt() + c["eps"])
        return self.lr * second**0.5 / first * self.m / (self.v.sqrt() + c["eps"])

    def step(self, w, update):
        decay = 1 - self.lr * self.c.get("weightDecay", 0)
        return decay * w - update if self.c.get("weightDecayOrder") == "before-update" else decay * (w - update)


def grow(s, m, c, first):
    """The columns of S [d, c] after measuring M [d, ...]; `first` on the first task."""
    energy = m.square().sum()
    if energy == 0:
        return s
    rest = m - s @ (s.T @ m)
    u, values, _ = torch.linalg.svd(rest, full_matrices=False)
    share = (energy - rest.square().sum() + values.square().cumsum(0)) / energy
    # "reach" takes none when what S holds suffices
    reached = torch.cat([(energy - rest.square().sum()).reshape(1) / energy, share])
    if first and c["rankRule"] == "stop-before":
        count = int((share < c["energyShare"]).sum())
    else:
        count = int((reached < c["energyShare"]).sum())
    count = min(count, s.shape[0] - s.shape[1])
    return torch.linalg.qr(torch.cat([s, u[:, :count]], 1))[0] if count else s


class Space:
    def __init__(self, dimension, dtype):
        self.s, self.first = torch.zeros(dimension, 0, dtype=dtype), True

    def grow(self, m, c):
        m = m.T if c["side"] == "features" else m
        self.s, self.first = grow(self.s, m, c, self.first), False

    def remove(self, g, side):
        return g - self.s @ (self.s.T @ g) if side == "rows" else g - g @ self.s @ self.s.T


def positive(leading, following=None):
    """Flips columns so that the entry of largest magnitude of each leading one is positive."""
    sign = leading.gather(0, leading.abs().argmax(0, keepdim=True)).sign()
    return leading * sign if following is None else (leading * sign, following * sign)


class Rule:
    """One parameter over the tasks: compression, the shared space, Adam."""

    def __init__(self, c, role, shape, dtype):
        self.c, self.role, self.dtype = c, role, dtype
        m, n = shape
        self.k = min(c["k"], m, n)
        form = c["projection"] if role == "fullRank" else None
        self.left = form in ("two-sided", "input-preserving") or form == "one-sided" and m < n
        self.right = form == "two-sided" or form == "one-sided" and m >= n
        self.u = self.v = None
        rows, columns = self.k if self.left else m, self.k if self.right else n
        self.protected = role != "loraB" and c.get("useSpace", True)
        self.dimension = rows if c["side"] == "rows" else columns
        self.space = Space(self.dimension, dtype)

    def start_task(self):
        self.adam = Adam(self.c, self.c["lrFull" if self.role == "fullRank" else "lrLora"])
        if not self.c["carrySpace"]:
            self.space = Space(self.dimension, self.dtype)

    def refreshes(self, t):
        return (self.left or self.right) and (t - 1) % self.c["refreshEvery"] == 0

    def step(self, w, g, t):
        if self.refreshes(t):
            u, _, vt = torch.linalg.svd(g.double(), full_matrices=False)
            u, v = u[:, : self.k], vt[: self.k].T
            if self.right:
                v, u = positive(v, u)
            else:
                u = positive(u)
            self.u = u.to(self.dtype) if self.left else None
            self.v = v.to(self.dtype) if self.right else None
        r = self.u.T @ g if self.left else g
        r = r @ self.v if self.right else r
        if self.protected:
            r = self.space.remove(r, self.c["side"])
        update = self.adam.direction(r)
        update = self.u @ update if self.left else update
        update = update @ self.v.T if self.right else update
        return self.adam.step(w, update * (self.c["alpha"] if self.role == "fullRank" else 1))

    def end_task(self):
        if self.protected:
            self.space.grow(self.adam.m, self.c)
        return self.space.s


# --- expected numbers of each kind, from a case's configuration and inputs ---

def adam(c, t, folder, dtype):
    rule, w, out = Adam(c, c["lr"]), t["w0"].to(dtype), {}
    for i in range(1, c["steps"] + 1):
        w = rule.step(w, rule.direction(t[f"g.{i}"].to(dtype)))
        out[f"w.{i}"] = w
    return out | {"m": rule.m, "v": rule.v}, {}


def shared_space(c, t, folder, dtype):
    space, out, columns = Space(c["firstDimension"], dtype), {}, []
    for i in range(1, c["tasks"] + 1):
        space.grow(t[f"M.{i}"].to(dtype), c)
        out[f"P.{i}"] = space.s @ space.s.T
        columns.append(space.s.shape[1])
    return out, {"columns": columns}


def optimizer(c, t, folder, dtype):
    rules = {p["name"]: Rule(c, p["role"], p["shape"], dtype) for p in c["params"]}
    out, columns = {}, {}
    for task in range(1, c["tasks"] + 1):
        for name, rule in rules.items():
            rule.start_task()
            w, last = t[f"w0.{task}.{name}"].to(dtype), c["steps"][task - 1]
            for i in range(1, last + 1):
                w = rule.step(w, t[f"g.{task}.{i}.{name}"].to(dtype), i)
                if rule.refreshes(i):
                    out |= {f"{x}.{task}.{i}.{name}": b for x, b in (("U", rule.u), ("V", rule.v)) if b is not None}
                if i in (1, last // 2, last):
                    out[f"w.{task}.{i}.{name}"] = w
            out[f"m.{task}.{name}"] = rule.adam.m
            s = rule.end_task()
            if rule.protected:
                out[f"P.{task}.{name}"], columns[f"{task}.{name}"] = s @ s.T, s.shape[1]
    return out, {"columns": columns}


def load_t5(folder, dtype):
    model = T5ForConditionalGeneration.from_pretrained(folder / "model", dtype=dtype, attn_implementation="eager")
    return model.eval(), load_file(folder / "model/model.safetensors")


def t5(c, t, folder, dtype):
    model, weights = load_t5(folder, dtype)
    ids, mask, labels = (t[x].long() for x in ("input_ids", "attention_mask", "labels"))
    result = model(input_ids=ids, attention_mask=mask, labels=labels)
    result.loss.backward()
    out = {"logits": result.logits.detach(), "loss": result.loss.detach().reshape(1)}
    out["encoder_hidden"] = result.encoder_last_hidden_state.detach()
    out |= {f"grad.{name}": model.get_parameter(name).grad for name in weights}
    tokens = model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=c["maxNewTokens"], do_sample=False)
    return out | {"generated": tokens[:, 1:].int()}, {}


def load_llama(folder, dtype):
    model = LlamaForCausalLM.from_pretrained(folder / "model", dtype=dtype, attn_implementation="eager")
    return model.eval(), load_file(folder / "model/model.safetensors")


def visible(mask, dtype):
    """What is added to the scores: padding sees itself, since a row that sees nothing is not a number in float64."""
    length = mask.shape[1]
    seen = (mask[:, None, None, :] == 1) & torch.ones(length, length, dtype=torch.bool).tril() | torch.eye(length, dtype=torch.bool)
    return (~seen).to(dtype) * -1e9


def mean_loss(logits, labels):
    """Label t is predicted from position t - 1; in the logits' own precision, unlike the model's loss."""
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)


def llama(c, t, folder, dtype):
    model, weights = load_llama(folder, dtype)
    ids, mask, labels, positions = (t[x].long() for x in ("input_ids", "attention_mask", "labels", "position_ids"))
    logits = model(input_ids=ids, attention_mask=visible(mask, dtype), position_ids=positions).logits
    loss = mean_loss(logits, labels)
    loss.backward()
    # what the model says at padding is of no use
    out = {"logits": logits.detach() * mask[..., None], "loss": loss.detach().reshape(1)}
    out |= {f"grad.{name}": model.get_parameter(name).grad.clone() for name in weights}
    tokens = model.float().generate(
        input_ids=ids, attention_mask=mask, max_new_tokens=c["maxNewTokens"], do_sample=False,
        eos_token_id=c["eosTokenId"], pad_token_id=c["padTokenId"],
    )
    return out | {"generated": tokens[:, ids.shape[1]:].int()}, {}


def joined(ids, mask, labels):
    """Prompts followed by their labels, padded on the left."""
    texts = [torch.cat([row[m == 1], label[label >= 0]]) for row, m, label in zip(ids, mask, labels)]
    length, counts = max(map(len, texts)), (labels >= 0).sum(1)
    left = lambda rows, fill: torch.stack([torch.cat([torch.full((length - len(r),), fill), r]) for r in rows])
    tokens, mask = left(texts, 0), left([torch.ones_like(r) for r in texts], 0)
    wanted = tokens.masked_fill(torch.arange(length) < length - counts[:, None], -100)
    return tokens, mask, wanted


class Adapted(torch.nn.Module):
    """A linear layer with stacked LoRA pairs; the last one is trained."""

    def __init__(self, weight, scale):
        super().__init__()
        self.frozen, self.scale, self.pairs = weight, scale, []

    def forward(self, x):
        y = x @ self.frozen.T
        for a, b in self.pairs:
            y = y + self.scale * (x @ a.T @ b.T)
        return y


def trajectory(c, t, folder, dtype):
    decoder_only = json.loads((folder / "model/config.json").read_text())["model_type"] == "llama"
    model, weights = (load_llama if decoder_only else load_t5)(folder, dtype)
    model.requires_grad_(False)
    rules, out, columns, loss_rows = {}, {}, {}, []
    for name, module in list(model.named_modules()):
        if re.fullmatch(c["loraModules"], name):
            parent, child = name.rsplit(".", 1)
            shape = list(module.weight.shape)
            setattr(model.get_submodule(parent), child, Adapted(module.weight, c["alphaLora"] / c["r"]))
            rules[name, "A"] = Rule(c, "loraA", [c["r"], shape[1]], dtype)
            rules[name, "B"] = Rule(c, "loraB", [shape[0], c["r"]], dtype)
        elif c["useFullRank"] and re.fullmatch(c["fullRankModules"], name):
            rules[name, "W"] = Rule(c, "fullRank", list(module.weight.shape), dtype)
    at = {name: model.get_submodule(name) for name, _ in rules}

    def batch_loss(task, step):
        ids, mask, labels = (t[f"{x}.{task}.{step}"].long() for x in ("input_ids", "attention_mask", "labels"))
        if decoder_only:
            ids, mask, labels = joined(ids, mask, labels)
            positions = (mask.cumsum(1) - 1).clamp(min=0)
            return mean_loss(model(input_ids=ids, attention_mask=visible(mask, dtype), position_ids=positions).logits, labels)
        return model(input_ids=ids, attention_mask=mask, labels=labels).loss

    place = {"A": lambda name: at[name].pairs[-1][0], "B": lambda name: at[name].pairs[-1][1], "W": lambda name: at[name].weight}
    for task in range(1, c["tasks"] + 1):
        for (name, kind), rule in rules.items():
            rule.start_task()
            if kind == "A":
                a = t[f"A0.{task}.{name}"].to(dtype)
                if c["projectInit"]:
                    a = rule.space.remove(a, "features")
                if task == 2:
                    out[f"startA.2.{name}"] = a.clone()
                at[name].pairs.append([a, torch.zeros(at[name].frozen.shape[0], c["r"], dtype=dtype)])
            elif kind == "W" and not c["keepFullRank"]:
                at[name].weight.data = weights[f"{name}.weight"].to(dtype)
        losses = []
        for step in range(1, c["steps"][task - 1] + 1):
            now = {(name, kind): place[kind](name).requires_grad_() for name, kind in rules}
            loss = batch_loss(task, step)
            gradients = torch.autograd.grad(loss, list(now.values()))
            losses.append(loss.item())
            for ((name, kind), w), g in zip(now.items(), gradients):
                new = rules[name, kind].step(w.detach(), g, step)
                if kind == "W":
                    w.data = new
                else:
                    at[name].pairs[-1]["AB".index(kind)] = new
        out[f"loss.{task}"] = torch.tensor(losses, dtype=torch.float64)
        for (name, kind), rule in rules.items():
            out[f"{kind}.{task}.{name}"] = place[kind](name).detach().clone()
            s = rule.end_task()
            if rule.protected:
                key = f"{task}.{name}" + (":A" if kind == "A" else "")
                out[f"P.{key}"], columns[key] = s @ s.T, s.shape[1]
        with torch.no_grad():
            loss_rows.append([sum(batch_loss(j, b).item() for b in (1, 2, 3, 4)) / 4 for j in range(1, c["tasks"] + 1)])
    return out | {"evalLoss": torch.tensor(loss_rows, dtype=torch.float64)}, {"columns": columns}


KINDS = {"adam": adam, "shared-space": shared_space, "optimizer": optimizer, "t5": t5, "llama": llama, "trajectory": trajectory}


# --- writing and checking cases ---

def deviation(got, want, tolerance, name):
    """In tolerances."""
    pair = tolerance.get("per", {}).get(name.split(".")[0], tolerance)
    if not got.is_floating_point():
        return 0.0 if torch.equal(got, want) else float("inf")
    want = want.double()
    distance = (got.double() - want).abs().max() if want.numel() else 0.0
    return float(distance / (pair["abs"] + pair["rel"] * want.abs().max() + 1e-300))


def write(kind, name, what, config, inputs, tolerance):
    folder = Path(kind) / name
    folder.mkdir(parents=True, exist_ok=True)
    expected, found = KINDS[kind](config, inputs, folder, torch.float64)
    single, _ = KINDS[kind](config, inputs, folder, torch.float32)
    worst = max((deviation(single[x], expected[x], tolerance, x), x) for x in expected)
    print(f"{kind}/{name}: float32 stays within {worst[0]:.3f} of the tolerance ({worst[1]})")
    assert worst[0] < 1 / 8, "the tolerance is too narrow"
    keep = lambda x, v: v if v.dtype == torch.int32 or x.split(".")[0] in ("P",) else v.float()
    tensors = {x: keep(x, v).contiguous() for x, v in (inputs | expected).items()}
    save_file(tensors, folder / "tensors.safetensors")
    record = {"kind": kind, "name": name, "what": what, "source": VERSIONS, "config": config | found, "tolerance": tolerance}
    (folder / "case.json").write_text(json.dumps(record, indent=1) + "\n")


def check(root):
    for kind, expected in KINDS.items():
        for folder in sorted(x.parent for x in (root / kind).glob("*/case.json")):
            record, t = json.loads((folder / "case.json").read_text()), load_file(folder / "tensors.safetensors")
            got, found = expected(record["config"], t, folder, torch.float64)
            common = [x for x in got if x in t]
            if kind == "llama":
                t["logits"] *= t["attention_mask"][..., None]
            worst = max((deviation(got[x], t[x], record["tolerance"], x), x) for x in common)
            same = all(record["config"][key] == value for key, value in found.items())
            verdict = "agrees" if worst[0] <= 1 and same else "DIFFERS"
            print(f"{kind}/{folder.name}: {verdict}, {len(common)} tensors, {worst[0]:.3f} of the tolerance ({worst[1]})")


# --- the cases of this folder ---

def decaying(rows, columns, falloff, g):
    """A random matrix with well-separated singular values."""
    k = min(rows, columns)
    u = torch.linalg.qr(torch.randn(rows, k, generator=g, dtype=torch.float64))[0]
    v = torch.linalg.qr(torch.randn(columns, k, generator=g, dtype=torch.float64))[0]
    return (u * falloff ** torch.arange(k)) @ v.T


def make_adam():
    tolerance = {"abs": 2e-6, "rel": 0, "per": {"m": {"abs": 0, "rel": 2e-6}, "v": {"abs": 0, "rel": 2e-6}}}
    for name, what, options in [
        ("outside-7", "Seven weights, as the method has it.", {"epsPlacement": "outside", "eps": 1e-6}),
        ("inside-7", "Seven weights, as torch.optim.Adam has it.", {"epsPlacement": "inside", "eps": 1e-8}),
        ("outside-before", "Decay before the update.", {"epsPlacement": "outside", "eps": 1e-6, "weightDecay": 0.3, "weightDecayOrder": "before-update"}),
        ("inside-beta", "Other coefficients of the moments.", {"epsPlacement": "inside", "eps": 1e-8, "beta1": 0.8, "beta2": 0.98}),
    ]:
        g = torch.Generator().manual_seed(len(name))
        config = {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "weightDecay": 0.0, "weightDecayOrder": "after-update", "steps": 6} | options
        inputs = {"w0": torch.randn(7, generator=g)} | {f"g.{t}": torch.randn(7, generator=g) for t in range(1, 7)}
        write("adam", name, what, config, inputs, tolerance)


def make_shared_space():
    tolerance = {"abs": 2e-5, "rel": 0}
    for name, what, side, rule, share, shape, zero in [
        ("rows-reach", "The rule of the paper.", "rows", "reach", 0.9, (7, 10), None),
        ("rows-stop-before", "The released code's rule on the first task.", "rows", "stop-before", 0.9, (7, 10), None),
        ("features-reach", "The space of the input side.", "features", "reach", 0.95, (5, 11), None),
        ("zero-first", "The first task leaves nothing: the second is a later one.", "features", "stop-before", 0.9, (5, 7), 1),
        ("full", "The space fills up.", "rows", "reach", 0.99, (3, 9), None),
    ]:
        g = torch.Generator().manual_seed(len(name) + 10)
        inputs = {f"M.{i}": (decaying(*shape, 0.6, g) * (i != zero)).float() for i in (1, 2, 3, 4)}
        config = {"side": side, "energyShare": share, "rankRule": rule, "tasks": 4, "firstDimension": shape[side == "features"]}
        write("shared-space", name, what, config, inputs, tolerance)


PROFILES = {
    "paper": {"side": "rows", "projection": "two-sided", "rankRule": "reach", "carrySpace": True, "keepFullRank": True},
    "released": {"side": "rows", "projection": "one-sided", "rankRule": "stop-before", "carrySpace": False, "keepFullRank": False},
    "aligned": {"side": "features", "projection": "input-preserving", "rankRule": "reach", "carrySpace": True, "keepFullRank": True},
}


def make_optimizer():
    for name, what, profile, options in [
        ("aligned", "Profile aligned, refreshed every 3 steps.", "aligned", {}),
        ("released", "Profile released, refreshed every 3 steps.", "released", {}),
        ("paper", "Profile paper, refreshed every 3 steps; S leaves one row free.", "paper", {"k": 3, "energyShare": 0.7}),
        ("one-sided-features", "A one-sided projection with the space of the input side.", "aligned", {"projection": "one-sided"}),
        ("decay", "Weight decay after the update, and a factor of full-rank updates.", "aligned", {"weightDecay": 0.4, "alpha": 0.25}),
    ]:
        g = torch.Generator().manual_seed(len(name) + 30)
        config = {"profile": profile, **PROFILES[profile], "energyShare": 0.9, "k": 2, "refreshEvery": 3, "alpha": 1.0,
                  "lrLora": 0.01, "lrFull": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6, "weightDecay": 0.0,
                  "weightDecayOrder": "after-update", "tasks": 2, "steps": [5, 4], "svdSigns": "largest-positive"} | options
        config["params"] = [{"name": "A", "role": "loraA", "shape": [4, 7]}, {"name": "B", "role": "loraB", "shape": [5, 4]},
                            {"name": "tall", "role": "fullRank", "shape": [9, 6]}, {"name": "wide", "role": "fullRank", "shape": [5, 7]}]
        inputs = {}
        for task in (1, 2):
            for p in config["params"]:
                draw = lambda falloff: decaying(*p["shape"], falloff, g).float()
                trend = draw(0.5)
                inputs[f"w0.{task}.{p['name']}"] = 0 * trend if p["role"] == "loraB" else draw(0.9)
                for t in range(1, config["steps"][task - 1] + 1):
                    inputs[f"g.{task}.{t}.{p['name']}"] = trend + 0.4 * draw(0.5)
        # at a refresh the two-sided projection is diagonal: Adam enlarges the rounding errors beside the diagonal
        wide = 2e-4 if config["projection"] == "two-sided" else 2e-5
        tolerance = {"abs": wide, "rel": 0, "per": {"P": {"abs": 2e-5, "rel": 0}, "m": {"abs": 0, "rel": 2e-5},
                                                     "U": {"abs": 1e-5, "rel": 0}, "V": {"abs": 1e-5, "rel": 0}}}
        write("optimizer", name, what, config, inputs, tolerance)


def make_t5():
    for name, what, options in [
        ("small-relu-tied", "T5 1.0 style in widths that four does not divide.", {"feed_forward_proj": "relu", "tie_word_embeddings": True}),
        ("small-gated-untied", "T5 1.1 style, two encoder layers.", {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False, "num_layers": 2, "d_model": 12, "d_kv": 4}),
    ]:
        torch.manual_seed(5)
        json_config = {"architectures": ["T5ForConditionalGeneration"], "model_type": "t5", "is_encoder_decoder": True,
                       "vocab_size": 33, "d_model": 10, "d_kv": 3, "num_heads": 2, "d_ff": 14, "num_layers": 1,
                       "num_decoder_layers": 1, "relative_attention_num_buckets": 8, "relative_attention_max_distance": 20,
                       "layer_norm_epsilon": 1e-6, "dropout_rate": 0.0, "pad_token_id": 0, "eos_token_id": 1,
                       "decoder_start_token_id": 0} | options
        shapes = {x: v.shape for x, v in T5ForConditionalGeneration(T5Config(**json_config)).named_parameters()}
        if not json_config["tie_word_embeddings"]:
            shapes["lm_head.weight"] = shapes["shared.weight"]
        weights = {x: 1 + 0.2 * torch.randn(v) if len(v) == 1 else 0.35 * torch.randn(v) for x, v in sorted(shapes.items())}
        folder = Path("t5") / name / "model"
        folder.mkdir(parents=True, exist_ok=True)
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        (folder / "config.json").write_text(json.dumps(json_config, indent=1) + "\n")
        lengths, targets = torch.tensor([11, 7, 1]), torch.tensor([5, 1, 3])
        mask = (torch.arange(11) < lengths[:, None]).int()
        labels = torch.randint(2, 33, (3, 5)).masked_fill(torch.arange(5) >= targets[:, None], -100).int()
        inputs = {"input_ids": torch.randint(2, 33, (3, 11)).int() * mask, "attention_mask": mask, "labels": labels}
        config = {"model": "model", "maxNewTokens": 7, "eosTokenId": 1, "padTokenId": 0, "dropout": 0, "decoderStartTokenId": 0}
        tolerance = {"abs": 1e-6, "rel": 2e-5, "per": {"grad": {"abs": 1e-6, "rel": 5e-5}, "loss": {"abs": 2e-5, "rel": 0}, "generated": {"abs": 0, "rel": 0}}}
        write("t5", name, what, config, inputs, tolerance)


def write_llama(folder, options, spread):
    """A random LLaMA; returns its configuration."""
    json_config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 33, "hidden_size": 10,
                   "intermediate_size": 14, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2,
                   "max_position_embeddings": 64, "rope_theta": 10000.0, "rms_norm_eps": 1e-5, "hidden_act": "silu",
                   "tie_word_embeddings": False, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0} | options
    model = LlamaForCausalLM(LlamaConfig(**json_config))
    shapes = {x: v.shape for x, v in model.named_parameters()}
    weights = {x: 1 + 0.2 * torch.randn(v) if len(v) == 1 else spread * torch.randn(v) for x, v in sorted(shapes.items())}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(json_config, indent=1) + "\n")
    return json_config


def make_llama():
    stretched = {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16}
    for name, what, options in [
        ("small-grouped-wide-heads", "Three heads on one of keys, wider than the residual stream; frequencies stretched as in LLaMA 3.1.",
         {"num_attention_heads": 3, "num_key_value_heads": 1, "hidden_size": 12, "head_dim": 6, "rope_scaling": stretched, "rope_theta": 100.0}),
        ("small-tied-linear", "Tied embeddings, linearly scaled positions, transformers 5's form of the configuration.",
         {"tie_word_embeddings": True, "hidden_size": 16,
          "rope_parameters": {"rope_type": "linear", "factor": 2.5, "rope_theta": 300.0}}),
    ]:
        torch.manual_seed(6)
        folder = Path("llama") / name / "model"
        write_llama(folder, options, 0.35)
        lengths = torch.tensor([11, 6, 1])
        mask = (torch.arange(11) >= 11 - lengths[:, None]).int()
        ids = torch.randint(3, 33, (3, 11)).int() * mask
        labels = ids.masked_fill(torch.arange(11) <= (11 - lengths[:, None]).clamp(min=2), -100)  # no token is predicted from padding
        positions = (mask.cumsum(1) - 1).masked_fill(mask == 0, 1).int()
        inputs = {"input_ids": ids, "attention_mask": mask, "labels": labels, "position_ids": positions}
        config = {"model": "model", "maxNewTokens": 7, "eosTokenId": 2, "padTokenId": 0, "dropout": 0}
        tolerance = {"abs": 1e-6, "rel": 2e-5, "per": {"grad": {"abs": 1e-6, "rel": 5e-5}, "loss": {"abs": 2e-5, "rel": 0}, "generated": {"abs": 0, "rel": 0}}}
        write("llama", name, what, config, inputs, tolerance)


def make_llama_trajectory():
    torch.manual_seed(7)
    name, folder = "llama-aligned-B+L+S", Path("trajectory/llama-aligned-B+L+S/model")
    model = {"num_key_value_heads": 1, "hidden_size": 16, "intermediate_size": 20}
    write_llama(folder, model, 0.3)
    config = {"profile": "aligned", "variant": "B+L+S", **PROFILES["aligned"], "useFullRank": True, "useSpace": True, "energyShare": 0.9,
              "k": 2, "refreshEvery": 5, "alpha": 1.0, "lrLora": 0.01, "lrFull": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6,
              "weightDecay": 0.0, "r": 3, "alphaLora": 12, "adapters": "stack", "projectInit": True, "svdSigns": "largest-positive",
              "loraModules": r".*self_attn\.(q|v)_proj", "fullRankModules": r".*mlp\.gate_proj", "model": "model", "tasks": 2, "steps": [8, 6], "dropout": 0}
    inputs = {}
    for task in (1, 2):
        for step in range(1, config["steps"][task - 1] + 1):
            lengths, targets = torch.randint(1, 8, (4,)), torch.randint(1, 4, (4,))
            mask = (torch.arange(7) < lengths[:, None]).int()
            inputs[f"input_ids.{task}.{step}"] = torch.randint(3, 33, (4, 7)).int() * mask
            inputs[f"attention_mask.{task}.{step}"] = mask
            inputs[f"labels.{task}.{step}"] = torch.randint(2, 33, (4, 3)).masked_fill(torch.arange(3) >= targets[:, None], -100).int()
        for layer in (0, 1):
            for module in ("q_proj", "v_proj"):
                inputs[f"A0.{task}.model.layers.{layer}.self_attn.{module}"] = (torch.rand(3, 16) - 0.5) / 2
    tolerance = {"abs": 1e-6, "rel": 0, "per": {"loss": {"abs": 2e-5, "rel": 0}, "evalLoss": {"abs": 2e-5, "rel": 0}} |
                 {x: {"abs": 1e-4, "rel": 0} for x in ("A", "B", "startA", "W", "P")}}
    write("trajectory", name, "A decoder-only model: labels behind the prompts; profile aligned.", config, inputs, tolerance)


if len(sys.argv) == 3 and sys.argv[1] == "--check":
    check(Path(sys.argv[2]))
else:
    make_adam(), make_shared_space(), make_optimizer(), make_t5(), make_llama(), make_llama_trajectory()
