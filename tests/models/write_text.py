"""Greedy text of a causal language model in transformers, float16 weights computed in float32.

Usage: python write_text.py FOLDER TOKENS < prompts.json
Prints {"ids", "mask", "generated", "texts"}: the prompts' tokens padded on the left, and what follows them.
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, count = sys.argv[1], int(sys.argv[2])
tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
batch = tokenizer(json.load(sys.stdin), return_tensors="pt", padding=True)
written = model.generate(**batch, max_new_tokens=count, do_sample=False, repetition_penalty=1.0)[:, batch.input_ids.shape[1] :]
result = {
    "ids": batch.input_ids.tolist(),
    "mask": batch.attention_mask.tolist(),
    "generated": written.tolist(),
    "eos": model.generation_config.eos_token_id,
    "pad": tokenizer.pad_token_id,
}
print(json.dumps(result))
