"""Makes tests/golden/word-tokenizer with the tokenizers library 0.23.3 (pip install tokenizers)."""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

SPECIAL = ["<pad>", "</s>", "<unk>", "<extra_id_0>", "<extra_id_1>"]
WORDS = "near rain snow answer : . , !? ... it s don t 42 caf\u00e9 na\u00efve \u0928\u092e\u0938\u094d\u0924\u0947 a_b \u03c3\u03c2 pad".split()
TEXTS = [
    "near rain : snow answer", "", "   ", "near  rain\n\tsnow", "near-rain", "rain.", "rain...", "rain!?", "it's", "don\u2019t",
    "Near RAIN", "zzz near", "near <extra_id_0> rain <extra_id_1>", "near<extra_id_0>rain", "..<pad>..", "<pad>", "</s> near </s>",
    "<extra_id_9>", "a_b a-b", "42 4.2", "caf\u00e9 cafe\u0301 CAF\u00c9", "na\u00efve", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u03a3\u03a3 \u03c3\u03c2",
    "rain\u00a0snow", "rain\u0085snow", "rain\u200bsnow", "rain\ufeffsnow", "rain\u200dsnow", "\U0001f327 rain", "\u30c6\u30b9\u30c8 rain", "\u2075 rain \u00bd",
    "<PAD> <Unk> <unk>", "rain\u2028snow", "\u0130 I",
]


def case(lower_case):
    words = SPECIAL + WORDS
    tokenizer = Tokenizer(WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    if lower_case:
        tokenizer.normalizer = Lowercase()
    tokenizer.add_special_tokens([AddedToken(w, special=True, normalized=False) for w in SPECIAL])
    cases = [{"text": t, "ids": tokenizer.encode(t, add_special_tokens=False).ids} for t in TEXTS]
    name = "lower-case" if lower_case else "cased"
    folder = Path(__file__).parent / "word-tokenizer" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=True) + "\n")
    (folder / "texts.json").write_text(json.dumps(cases, indent=1) + "\n")


case(False)
case(True)
