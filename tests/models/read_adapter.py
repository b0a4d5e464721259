"""Loads adapters with PEFT and prints what they change, as JSON: `read_adapter.py MODEL ADAPTER MODEL ADAPTER …`."""

import json
import sys
import warnings

import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM



def logits(model, has_encoder):
    ids = torch.arange(2, 10).reshape(2, 4)
    inputs = {"input_ids": ids, "labels": ids} if has_encoder else {"input_ids": ids}
    with torch.no_grad():
        return model(**inputs).logits.flatten().tolist()


def read(model_folder, adapter_folder):
    has_encoder = AutoConfig.from_pretrained(model_folder).is_encoder_decoder
    kind = AutoModelForSeq2SeqLM if has_encoder else AutoModelForCausalLM
    base = kind.from_pretrained(model_folder, dtype=torch.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # PEFT warns of missing and of unexpected weights
        model = PeftModel.from_pretrained(base, adapter_folder).eval()
    adapted = {
        key: {
            "rank": module.r["default"],
            "scaling": module.scaling["default"],
            "delta": module.get_delta_weight("default").detach().flatten().tolist(),
        }
        for key, module in model.base_model.model.named_modules()
        if isinstance(module, LoraLayer)
    }
    return {"adapted": adapted, "logits": logits(model, has_encoder), "taskType": model.peft_config["default"].task_type}


print(json.dumps([read(model, adapter) for model, adapter in zip(sys.argv[1::2], sys.argv[2::2])]))
