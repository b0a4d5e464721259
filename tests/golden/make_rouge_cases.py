"""Makes tests/golden/rouge-l with Google's rouge_score 0.1.2 (pip install rouge-score), without stemming."""

import json
import random
from pathlib import Path

from rouge_score import rouge_scorer

PAIRS = [
    ("World", "World"), ("world.", "World"), ("", "World"), ("World", ""), ("", ""), ("!!!", "..."),
    ("negative", "very negative"), ("very very negative", "very negative"), ("negative very", "very negative"),
    ("Science and Technology", "Science or Technology"), ("Mean-of-Transportation", "Mean of Transportation"),
    ("the cat sat on the mat", "the mat sat on the cat"), ("caf\u00e9 noir", "cafe noir"), ("a_b c", "a b c"),
    ("10,000 rows", "10000 rows"), ("negatives", "negative"),
]


def main():
    rng = random.Random(1)
    words = "rain snow sun wind".split()
    text = lambda: " ".join(rng.choice(words) for _ in range(rng.randint(1, 12)))
    pairs = PAIRS + [(text(), text()) for _ in range(24)]
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    cases = [
        {"prediction": p, "label": l, "rougeL": scorer.score(l, p)["rougeL"].fmeasure} for p, l in pairs
    ]
    folder = Path(__file__).parent / "rouge-l"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pairs.json").write_text(json.dumps(cases, indent=1) + "\n")


main()
