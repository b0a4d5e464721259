"""Makes tests/golden/tokenizer with tokenizers 0.23.3 and sentencepiece 0.2.3 (pip install tokenizers sentencepiece).

Three small tokenizers of the forms that T5, LLaMA and GPT-2 have, and the ids and texts that Python's library gives
for texts that are easy to get wrong.
"""

import io
import json
import random
import tempfile
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import BPE, Unigram

FOLDER = Path(__file__).parent / "tokenizer"

WORDS = (
    "the a this that rain snow wind river stone bird garden window letter answer question sentence label option positive negative sports "
    "science world business because falls grows reads writes near under over quickly slowly in of to and is was it's don't 12 7 2024"
).split()

# What is replaced by what before a unigram tokenizer sees a text, in hexadecimal: ligatures, composed letters, spaces, things to drop.
RULES = [
    ("fb01", "66 69"), ("fb03", "66 66 69"), ("65 301", "e9"), ("e9 301", "e9"), ("a0", "20"), ("3000", "20"), ("200b", "20"), ("9", "20"),
    ("a", "20"), ("d", "20"), ("ff21", "41"), ("2460", "31"), ("bd", "31 2044 32"), ("ad", ""), ("feff", ""), ("1", ""), ("7f", ""),
    ("2026", "2e 2e 2e"), ("301", ""), ("915 93c", "958"), ("1112 1161 11ab", "d55c"), ("fdfa", "635 644 649"), ("1f468", "1f464"), ("ac00 11a8", "ac01"),
]

TEXTS = [
    "The rain falls near the river.", "", " ", "   ", " rain", "rain ", "rain  and   snow", "rain\tand\nsnow\r\nwind", "\r\n", "e\u0301t\u00e9 \u00e9t\u00e9",
    "\ufb01ne o\ufb03ce", "\uff21\u2460\u00bd", "soft\u00adhyphen", "\ufeffrain", "rain\u200band\u00a0snow\u3000wind", "rain\u200dsnow", "\u0001rain\u007f\u0000",
    "wait\u2026", "e\u0301\u0301", "o\u0301\u0308\u0327", "\u0301", "\u0915\u093c \u0915\u094d\u0937", "\u1112\u1161\u11ab \ud55c", "\uac00\u11a8", "\ufdfa",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "\U0001f468\U0001f3fd", "\U0001f1e9\U0001f1ea\U0001f1eb", "\ufb01\u0301", "\u2581rain", "rain\u2581\u2581snow",
    "</s>", "rain</s>", "</s> rain", "<s>rain</s>", "<extra_id_0> rain <extra_id_1>", "rain<extra_id_2>snow", "<pad><unk>", "<|end|>rain", "<0x41>",
    "it's don't", "12 7 2024 1234567", "\u0663\u0664 \u2167 \u00b2", "\u0085rain\u0085", "\u65e5\u672c\u8a9e", "caf\u00e9 na\u00efve", "rain , snow . 'tis n't 's",
    "zzz qqq", "RAIN Rain", "\u2028rain\u2029", "{\"label\": [1, 2]}", "rain" * 20,
]
WHAT = "Texts that are easy to get wrong: composed letters, joiners, odd spaces, special tokens, bytes that are no UTF-8."


def sentences(count=400):
    random.seed(7)
    return [" ".join(random.choice(WORDS) for _ in range(random.randint(4, 10))).capitalize() + "." for _ in range(count)]


def special(names):
    return [AddedToken(name, special=True, normalized=False) for name in names]


def unigram():
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules.tsv"
        rules.write_text("".join(f"{source}\t{target}\n" for source, target in RULES))
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences()), model_writer=model, vocab_size=120, normalization_rule_tsv=str(rules), pad_id=0, eos_id=1,
            unk_id=2, bos_id=-1, minloglevel=2,
        )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    sentinels = [f"<extra_id_{i}>" for i in reversed(range(3))]
    pieces = [(piece.piece, round(piece.score, 4)) for piece in proto.pieces] + [(name, 0.0) for name in sentinels]
    tokenizer = Tokenizer(Unigram(pieces, unk_id=2))
    charsmap = proto.normalizer_spec.precompiled_charsmap
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap), normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "\u2581")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    tokenizer.add_special_tokens(special(["<pad>", "</s>", "<unk>"] + sentinels))
    return tokenizer


def byte_pairs():
    learner = Tokenizer(BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    learner.train_from_iterator(sentences(), trainers.BpeTrainer(vocab_size=150))
    learned = json.loads(learner.to_str())["model"]
    names = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + sorted(learned["vocab"], key=learned["vocab"].get) + ["\u2581\u2581"]
    merges = [tuple(pair) for pair in learned["merges"]] + [("\u2581", "\u2581")]
    tokenizer = Tokenizer(BPE({name: i for i, name in enumerate(names)}, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", left=1, right=0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    tokenizer.add_special_tokens(special(["<unk>", "<s>", "</s>"]))
    return tokenizer


def byte_level():
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    # Without an alphabet of all bytes: what was not seen is dropped, as in some published vocabularies.
    tokenizer.train_from_iterator(sentences(), trainers.BpeTrainer(vocab_size=150, special_tokens=["<s>", "</s>", "<|end|>"]))
    return tokenizer


def decode_cases(tokenizer, count=25):
    random.seed(11)
    size = tokenizer.get_vocab_size()
    rows = [[random.randrange(size + 2) for _ in range(random.randint(0, 8))] for _ in range(count)]
    return [
        {"ids": ids, "decoded": tokenizer.decode(ids), "decodedWithSpecial": tokenizer.decode(ids, skip_special_tokens=False)} for ids in rows
    ]


def write(name, family, tokenizer):
    cases = []
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        cases.append({
            "text": text,
            "ids": ids,
            "idsNoSpecial": tokenizer.encode(text, add_special_tokens=False).ids,
            "decoded": tokenizer.decode(ids),
            "decodedWithSpecial": tokenizer.decode(ids, skip_special_tokens=False),
        })
    config = {
        "tokenizer": "tokenizer.json", "family": family, "vocabSize": tokenizer.get_vocab_size(), "cases": cases,
        "decodeCases": decode_cases(tokenizer),
    }
    record = {
        "kind": "tokenizer", "name": name, "what": WHAT, "source": "tokenizers 0.23.3 (tests/golden/make_tokenizer_cases.py)", "config": config,
        "tolerance": {"abs": 0, "rel": 0},
    }
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer.to_str() + "\n")
    rows = json.dumps(record).replace('{"text"', '\n{"text"').replace('{"ids"', '\n{"ids"')
    (folder / "case.json").write_text(rows + "\n")


write("unigram", "t5", unigram())
write("byte-pairs", "llama", byte_pairs())
write("byte-level", "llama", byte_level())
