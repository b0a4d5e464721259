"""Makes tests/golden/prompt from a folder of cases that the released code computed.

Usage: python make_prompt_cases.py FOLDER    (FOLDER holds prompts, exact-match, after-answer)

The datasets have licences of their own, so the sample texts are replaced by an invented one, in the input and
in the expected prompt alike; all else in the prompts is as the released code made it.
"""

import json
import sys
from pathlib import Path

INVENTED = "Title: Rain at noon\nText: The ferry left late, and nobody minded.\n"


def main():
    source, target = Path(sys.argv[1]), Path(__file__).parent / "prompt"
    for name in ["prompts", "exact-match", "after-answer"]:
        case = json.loads((source / name / "case.json").read_text())
        if name == "prompts":
            case["what"] += " The sample texts are invented."
            case["config"]["cases"] = excerpt(case["config"]["cases"])
        folder = target / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "case.json").write_text(json.dumps(case, indent=1) + "\n")


def excerpt(cases):
    """The first case of each dataset, and all without a task or dataset line."""
    chosen, seen = [], set()
    for case in cases:
        whole = case["addTaskName"] and case["addDatasetName"]
        if whole and case["dataset"] in seen:
            continue
        if whole:
            seen.add(case["dataset"])
        before, after = case["prompt"].split(case["sentence"])
        chosen.append({
            "task": case["task"],
            "dataset": case["dataset"],
            "sentence": INVENTED,
            "labels": case["labels"],
            "label": case["label"],
            "prompt": before + INVENTED + after,
            "addTaskName": case["addTaskName"],
            "addDatasetName": case["addDatasetName"],
        })
    return chosen


main()
