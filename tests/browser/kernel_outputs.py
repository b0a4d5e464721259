"""Whether output arrives whole in nbclient. Run by lab_acceptance.py; prints lines of the form `check: ok`.

The kernel by itself loses the end of nearly every cell that prints a hundred lines.
"""

import collections

import nbformat
from nbclient import NotebookClient

REPEATS = 15
CELLS = {
    "one line": ('console.log("x");', 1),
    "a value": ("1 + 1;", 1),
    "a hundred lines at once": ("for (let i = 0; i < 100; i++) console.log(i); undefined;", 100),
    "sixty lines, awaited": ("for (let i = 0; i < 60; i++) { console.log(i); await 0; } undefined;", 60),
    "lines before a failure": ('for (let i = 0; i < 50; i++) console.log(i); throw new Error("meant");', 50),
    "two thousand lines, each a turn of the event loop": (
        "for (let i = 0; i < 2000; i++) { console.log(i); await new Promise((r) => setTimeout(r, 0)); } undefined;",
        2000,
    ),
}


def lines_of(cell) -> int:
    text = sum(output.text.count("\n") for output in cell.outputs if output.output_type == "stream")
    return text + sum(output.output_type == "execute_result" for output in cell.outputs)


order = [name for turn in range(REPEATS) for name in CELLS if turn % 5 == 0 or not name.startswith("two thousand")]
sources = ['import { show } from "./lib/notebook/show.ts";', *(CELLS[name][0] for name in order)]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
NotebookClient(notebook, kernel_name="deno", timeout=120, allow_errors=True).execute()

lost = collections.Counter()
for name, cell in zip(order, notebook.cells[1:]):
    lost[name] += lines_of(cell) != CELLS[name][1]
for name, count in lost.items():
    print(f"nbclient, {name}: {'ok' if count == 0 else f'{count} cells lost output'}")
