"""Whether output arrives whole in nbclient. Run by lab_acceptance.py; prints lines of the form `check: ok`.

The kernel by itself loses the end of nearly every cell that prints a hundred lines.
"""

import collections
import os

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

# Drivers that do not exist are none; OpenGL would be the second choice.
without = {"VK_DRIVER_FILES": "/none", "VK_ICD_FILENAMES": "/none", "DENO_WEBGPU_BACKEND": "vulkan"}
sources = ['import { openGpu } from "./mod.ts";\nconst gpu = await openGpu();', "1 + 1"]
blind = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
NotebookClient(blind, kernel_name="deno", timeout=120, allow_errors=True).execute(env=os.environ | without)
said = [output.evalue for output in blind.cells[0].outputs if output.output_type == "error"]
is_clear = len(said) == 1 and "install" in said[0] and "restarting the kernel" in said[0]
print(f"a kernel without a device says what to do: {'ok' if is_clear and lines_of(blind.cells[1]) == 1 else said}")

lost = collections.Counter()
for name, cell in zip(order, notebook.cells[1:]):
    lost[name] += lines_of(cell) != CELLS[name][1]
for name, count in lost.items():
    print(f"nbclient, {name}: {'ok' if count == 0 else f'{count} cells lost output'}")
