import { assert, assertEquals } from "@std/assert";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { bytesText, displayed, displaySymbol, type RichDisplay } from "../../lib/display/rich_display.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { dense } from "../../lib/linalg/dense.ts";
import { svd } from "../../lib/linalg/svd.ts";
import { single } from "../../lib/models/layout.ts";
import { modelDisplay } from "../../lib/models/model_display.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { EMBEDDED_MODEL, embeddedExperiment } from "../../lib/continual/embedded_experiment.ts";
import { emptySpace, growSpace } from "../../lib/projection/shared_space.ts";
import { embeddedSuite } from "../../lib/tasks/embedded_suite.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { encodeSuite } from "../../lib/tasks/encoded_suite.ts";
import { empty, tensor, zeros } from "../../lib/tensor/tensor.ts";

/** As a kernel asks for it. */
function shown(value: object): RichDisplay {
  const forms = (value as { [displaySymbol]: () => RichDisplay })[displaySymbol]();
  assertEquals(Object.keys(forms), ["text/plain", "text/html"]);
  // Colours come from the page.
  assert(!/color|background|<script/.test(forms["text/html"]), forms["text/html"]);
  for (const form of Object.values(forms)) assert(!/undefined|\[object/.test(form), form);
  return forms;
}

Deno.test("a tensor shows shape, type and the start of its first matrix", async () => {
  using gpu = await openGpu();
  using small = tensor(gpu, new Float32Array([1, 2.5, NaN, 1e-9, 4, 5, 6, 7]), [2, 2, 2]);
  assertEquals(
    shown(small)["text/plain"],
    "Tensor f32 [2, 2, 2], 32 B\nthe first of 2 matrices:\n   1  2.5\n NaN 1e-9",
  );
  using wide = zeros(gpu, [40, 50], { dtype: "i32" });
  assert(shown(wide)["text/plain"].endsWith("0 0 0 0 0 0 0 0 …\n…"));
  assertEquals(Deno.inspect({ small }), "{ small: Tensor f32 [2, 2, 2] }");
  assertEquals(shown(tensor(gpu, new Float32Array([3]), []))["text/plain"], "Tensor f32 [], 4 B\n3");
});

Deno.test("a large or a released tensor is not read to be shown", async () => {
  using gpu = await openGpu();
  const large = empty(gpu, [1024, 1024]);
  large.read = () => {
    throw new Error("read back");
  };
  assertEquals(
    shown(large)["text/plain"],
    "Tensor f32 [1024, 1024], 4.19 MB\nread() brings its 4.19 MB back from the device",
  );
  const gone = zeros(gpu, [2]);
  gone.dispose();
  assert(shown(gone)["text/plain"].startsWith("Tensor f32 [2], 8 B\n"));
  shown(gpu);
});

Deno.test("a model shows its modules as a tree whose weights add up; blocks of the same build are told once", async () => {
  using gpu = await openGpu();
  using model = loadModel(gpu, EMBEDDED_MODEL);
  const { "text/plain": text, "text/html": html } = shown(model);
  const stored = Object.values(model.weights).reduce((sum, { size }) => sum + size, 0);
  assert(text.startsWith(`t5 model "${model.name}", ${stored.toLocaleString("en-US")} weights`), text);
  const numberAtEnd = (line: string) => Number(line.split(/\s+/).at(-1)!.replaceAll(",", ""));
  const top = text.split("\n").slice(1).filter((line) => !line.startsWith(" "));
  assertEquals(top.reduce((sum, line) => sum + numberAtEnd(line), 0), stored);
  assert(text.includes("q, v, k, o  [64, 64]  16,384"), text);
  const parts = [0, 1, 2].flatMap((i) =>
    ["q", "k"].map((name) => single(name, `h.${i}.${name}.weight`, [2, 3], 1))
  );
  assertEquals(
    modelDisplay({
      name: "a",
      architecture: "x",
      layout: [single("e", "e.weight", [7], 1), ...parts],
    })["text/plain"],
    'x model "a", 43 weights\ne  [7]  7\nh.0 … h.2, 3 alike, each  12\n  q, k  [2, 3]  12',
  );
  assertEquals(html.match(/<details/g)!.length, html.match(/<\/details>/g)!.length);
});

Deno.test("suites and tasks show sizes, labels and prompts, escaped", () => {
  const suite = embeddedSuite("conflict", { trainRows: 5, devRows: 1, testRows: 2 });
  const [task] = suite.tasks;
  for (const form of Object.values(shown(task))) {
    for (const part of [task.name, ...task.labels, "5 rows to train"]) assert(form.includes(part), form);
  }
  assert(shown(task)["text/plain"].includes(`${task.train[0].source}\n→ ${task.train[0].label}`));
  assert(shown(suite)["text/plain"].includes("4 tasks in order"));
  assert(shown(encodeSuite(suite, embeddedTokenizer()))["text/plain"].includes("4 tasks in order"));
  const hostile = displayed({ ...task, name: "<b>" }, () => shown(task));
  assertEquals(Object.keys(hostile), Object.keys(task));
});

Deno.test("spaces, decompositions, methods and tokenizers show themselves", async () => {
  const grown = growSpace(emptySpace(8), dense(8, 2, Array.from({ length: 16 }, (_, i) => i % 5)));
  assert(shown(grown.space)["text/plain"].includes("of 8 directions taken"));
  assert(shown(emptySpace(8))["text/plain"].includes("0 of 8 directions taken, 8 left"));
  using gpu = await openGpu();
  using matrix = tensor(gpu, new Float32Array([3, 0, 0, 0, 4, 0]), [2, 3]);
  assert(shown(svd(matrix))["text/plain"].includes("2 singular pairs, U [2, 2], V [3, 2]\ns         4  3\n"));
  const method = shown(gorp({ variant: "B+L+S" }))["text/plain"];
  for (
    const part of ["GORP B+L+S, profile aligned", "energyShare", "project to rank 8, space, adam, at 0.001"]
  ) {
    assert(method.includes(part), method);
  }
  assertEquals(JSON.stringify(gorp()), JSON.stringify({ ...gorp() }));
  const tokenizer = shown(embeddedTokenizer())["text/plain"];
  assert(/Word tokenizer, \d+ tokens\nbegin +none\nend +<\/s> \(\d+\)/.test(tokenizer), tokenizer);
});

Deno.test("an experiment shows its model, its recipe and its tasks", async () => {
  using gpu = await openGpu();
  const experiment = embeddedExperiment(gpu, { quick: true });
  using _ = experiment.model;
  const text = shown(experiment)["text/plain"];
  assert(
    text.startsWith('Experiment on "embedded-t5": 60 steps of 16 rows a task\nwith seed 1: Suite "conflict"'),
    text,
  );
});

Deno.test("numbers of bytes", () => {
  assertEquals([0, 999, 1000, 123_456, 4_194_304, 7.1e9].map(bytesText), [
    ...["0 B", "999 B", "1 kB", "123 kB", "4.19 MB", "7.1 GB"],
  ]);
});
