/** How models look in notebooks: their modules as a tree, with the number of weights in each. @module */
import { countText, escapeHtml, type RichDisplay } from "../display/rich_display.ts";
import { elementCount, shapeText } from "../tensor/shape.ts";
import type { PackedWeight } from "./layout.ts";

/** What is shown of a model. */
export interface ShownModel {
  readonly name: string;
  readonly architecture: string;
  readonly layout: readonly PackedWeight[];
}

interface Node {
  readonly name: string;
  readonly weights: number;
  /** For leaves. */
  readonly shape?: string;
  readonly children: readonly Node[];
}

/** A tree of modules; neighbours of the same build, such as the blocks of an encoder, are told once. */
export function modelDisplay({ name, architecture, layout }: ShownModel): RichDisplay {
  const stored = layout.flatMap(({ shape, parts }) =>
    parts.map((part) => ({ path: pathOf(part.name), shape: [part.rows, ...shape.slice(1)] }))
  );
  const children = nodesOf(stored);
  const total = children.reduce((sum, { weights }) => sum + weights, 0);
  const heading = `${architecture} model "${name}", ${countText(total)} weights`;
  return {
    "text/plain": [heading, ...textLines(children, "")].join("\n"),
    "text/html": `<div><b>${escapeHtml(heading)}</b>${htmlTree(children, "open")}</div>`,
  };
}

/** `encoder.block.0.layer.1.wi.weight` as `encoder`, `block.0`, `layer.1`, `wi`. */
function pathOf(stored: string): string[] {
  const parts = stored.replace(/\.weight$/, "").split(".");
  return parts.flatMap((part, i) =>
    /^\d+$/.test(part) && i > 0 ? [] : [/^\d+$/.test(parts[i + 1] ?? "") ? `${part}.${parts[i + 1]}` : part]
  );
}

interface StoredTensor {
  readonly path: readonly string[];
  readonly shape: readonly number[];
}

function nodesOf(stored: readonly StoredTensor[]): Node[] {
  const groups = [...Map.groupBy(stored, ({ path }) => path[0])];
  return mergeLeaves(groups.map(([name, members]) => {
    const [{ path, shape }] = members;
    if (members.length === 1 && path.length === 1) {
      return { name, weights: elementCount(shape), shape: shapeText(shape), children: [] };
    }
    const children = nodesOf(members.map((one) => ({ ...one, path: one.path.slice(1) })));
    return { name, weights: children.reduce((sum, { weights }) => sum + weights, 0), children };
  }));
}

/** Matrices of one shape in one module, such as queries, keys and values, stand in one line. */
function mergeLeaves(nodes: readonly Node[]): Node[] {
  const merged: Node[] = [];
  for (const node of nodes) {
    const at = merged.findIndex((one) => node.shape !== undefined && one.shape === node.shape);
    if (at < 0) merged.push(node);
    else {
      const { name, weights, ...rest } = merged[at];
      merged[at] = { ...rest, name: `${name}, ${node.name}`, weights: weights + node.weights };
    }
  }
  return merged;
}

/** Equal for nodes of the same build, whatever their own names. */
function build({ shape, children }: Node): string {
  return shape ?? `(${children.map((child) => `${child.name}${build(child)}`).join()})`;
}

/** Runs of neighbours that are numbered and of the same build. */
function runsOf(nodes: readonly Node[]): Node[][] {
  const runs: Node[][] = [];
  for (const node of nodes) {
    const last = runs.at(-1);
    const isAlike = last && /\.\d+$/.test(node.name) && build(last[0]) === build(node) &&
      last[0].name.replace(/\d+$/, "") === node.name.replace(/\d+$/, "");
    if (isAlike) last.push(node);
    else runs.push([node]);
  }
  return runs;
}

function runText(run: readonly Node[]): string {
  const [first] = run;
  const name = run.length === 1
    ? first.name
    : `${first.name} … ${run.at(-1)!.name}, ${run.length} alike, each`;
  return `${name}  ${first.shape === undefined ? "" : `${first.shape}  `}${countText(first.weights)}`;
}

function textLines(nodes: readonly Node[], indent: string): string[] {
  return runsOf(nodes).flatMap((run) => [
    `${indent}${runText(run)}`,
    ...textLines(run[0].children, `${indent}  `),
  ]);
}

function htmlTree(nodes: readonly Node[], open = ""): string {
  return runsOf(nodes).map((run) => {
    const text = escapeHtml(runText(run));
    const { children } = run[0];
    const margin = 'style="margin-left:1.2em"';
    return children.length === 0
      ? `<div ${margin}>${text}</div>`
      : `<details ${open} ${margin}><summary>${text}</summary>${htmlTree(children)}</details>`;
  }).join("");
}
