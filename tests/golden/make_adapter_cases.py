"""Makes tests/golden/adapters with peft 0.21.2, transformers 5.23 and torch 2.13.

Small adapters of small random models, with the modules that PEFT adapts, their scaling and the change of their weights.
"""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.lora import LoraLayer
from transformers import LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration

FOLDER = Path(__file__).parent / "adapters"


def t5():
    config = T5Config(vocab_size=11, d_model=6, d_kv=4, num_heads=2, d_ff=10, num_layers=2, num_decoder_layers=2, decoder_start_token_id=0)
    return T5ForConditionalGeneration(config)


def llama():
    config = LlamaConfig(
        vocab_size=11, hidden_size=8, intermediate_size=10, num_hidden_layers=3, num_attention_heads=2, num_key_value_heads=1
    )
    return LlamaForCausalLM(config)


CASES = {
    "t5-patterns": (t5, dict(
        task_type="SEQ_2_SEQ_LM", target_modules=["q", "wi"], r=3, lora_alpha=6, rank_pattern={"DenseReluDense.wi": 1, r"decoder\.block\.1\..*q": 2},
        alpha_pattern={r"EncDecAttention\.q": 5, "encoder.block.0.layer.0.SelfAttention.q": 9},
    )),
    "t5-excluded": (t5, dict(
        task_type="SEQ_2_SEQ_LM", target_modules=r".*(?P<side>encoder|decoder)\..*\.(v|wo)", exclude_modules=["decoder.block.0.layer.0.SelfAttention.v", "wo"],
        r=2, lora_alpha=3,
    )),
    "llama-layers": (llama, dict(
        task_type="CAUSAL_LM", target_modules=["v_proj", "down_proj", "model.layers.1.self_attn.q_proj"], layers_to_transform=[0, 2], layers_pattern="layers",
        r=5, lora_alpha=4, use_rslora=True,
    )),
}


def write(name):
    make, options = CASES[name]
    torch.manual_seed(3)
    base = make()
    base.name_or_path = "small"
    modules = {key: list(module.weight.shape) for key, module in base.named_modules() if isinstance(module, torch.nn.Linear)}
    model = get_peft_model(base, LoraConfig(**options))
    adapted = {}
    for key, module in model.base_model.model.named_modules():
        if isinstance(module, LoraLayer):
            torch.nn.init.normal_(module.lora_B["default"].weight)
            delta = module.get_delta_weight("default").detach()
            adapted[key] = {"rank": module.r["default"], "scaling": module.scaling["default"], "delta": delta.flatten().tolist()}
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink(missing_ok=True)
    (folder / "expected.json").write_text(json.dumps({"modules": modules, "adapted": adapted}) + "\n")


for name in CASES:
    write(name)
