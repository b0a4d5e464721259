"""What Python's tokenizers make of texts and ids: [{tokenizer, texts, ids}] in, [{texts, ids}] out, as JSON."""

import json
import sys

from tokenizers import Tokenizer


def answers(job):
    tokenizer = Tokenizer.from_file(job["tokenizer"])
    encoded = [tokenizer.encode(text).ids for text in job["texts"]]

    def decoded(ids):
        return {
            "decoded": tokenizer.decode(ids),
            "decodedWithSpecial": tokenizer.decode(ids, skip_special_tokens=False),
        }

    return {
        "texts": [
            {"ids": ids, "idsNoSpecial": tokenizer.encode(text, add_special_tokens=False).ids, **decoded(ids)}
            for text, ids in zip(job["texts"], encoded)
        ],
        "ids": [decoded(ids) for ids in job["ids"]],
    }


json.dump([answers(job) for job in json.load(sys.stdin)], sys.stdout)
