"""The golden case of gradient accumulation, computed with PyTorch and transformers in float64.

  python make_accumulation_case.py

A batch of six rows with very different numbers of labels, cut into three parts, on the model of t5/small-relu-tied:
the loss and the gradients as the mean of the parts' means (`equal`, what transformers' Trainer and the public GORP
code do) and as one batch (`tokens`).
"""

import json
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import T5ForConditionalGeneration

HERE = Path(__file__).parent
PARTS = 3
WEIGHTS = r"SelfAttention.q SelfAttention.v EncDecAttention.q EncDecAttention.v".split()


def gradients(model, losses):
    model.zero_grad()
    for loss in losses:
        loss.backward(retain_graph=True)
    return {name: p.grad.clone() for name, p in model.named_parameters()
            if any(name.endswith(f"{weight}.weight") for weight in WEIGHTS)}


def main():
    torch.manual_seed(11)
    model = T5ForConditionalGeneration.from_pretrained(HERE / "t5/small-relu-tied/model").double().eval()
    ids = torch.randint(2, 33, (6, 7))
    mask = torch.ones(6, 7, dtype=torch.long)
    mask[1, 4:] = mask[4, 2:] = 0
    labels = torch.randint(2, 33, (6, 5))
    for row, kept in enumerate([5, 4, 1, 1, 2, 5]):
        labels[row, kept:] = -100
    parts = [model(input_ids=ids[rows], attention_mask=mask[rows], labels=labels[rows]).loss
             for rows in torch.arange(6).chunk(PARTS)]
    whole = model(input_ids=ids, attention_mask=mask, labels=labels).loss
    tensors = {"input_ids": ids.int(), "attention_mask": mask.int(), "labels": labels.int()}
    for name, losses in {"equal": [loss / PARTS for loss in parts], "tokens": [whole]}.items():
        tensors[f"loss.{name}"] = sum(losses).detach().reshape(1)
        tensors |= {f"grad.{name}.{key}": grad for key, grad in gradients(model, losses).items()}
    folder = HERE / "accumulation/t5-three-parts"
    folder.mkdir(parents=True, exist_ok=True)
    stored = {key: (value.float() if value.is_floating_point() else value).contiguous() for key, value in tensors.items()}
    save_file(stored, folder / "tensors.safetensors")
    version = torch.__version__.split("+")[0]
    (folder / "case.json").write_text(json.dumps({
        "kind": "accumulation", "name": folder.name, "what": "Three parts with 9, 2 and 7 labels.",
        "source": f"make_accumulation_case.py, torch {version}, transformers {transformers.__version__}",
        "config": {"model": "../../t5/small-relu-tied/model", "parts": PARTS},
        "tolerance": {"abs": 1e-7, "rel": 5e-5, "per": {"loss": {"abs": 2e-6, "rel": 0}}},
    }, indent=1) + "\n")


main()
