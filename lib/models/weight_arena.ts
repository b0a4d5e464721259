/** The weights of a model that training changes, side by side in one buffer. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { type BlockOffsets, gatherBlocks } from "../kernels/blocks.ts";
import { columnsOf, elementCount, type Shape } from "../tensor/shape.ts";
import { copyInto, empty, type Tensor, tensor, zeros } from "../tensor/tensor.ts";
import type { PackedWeight, Weights } from "./layout.ts";

/** A stored matrix inside the arena. */
export interface ArenaModule {
  /** Its name in Hugging Face files, without `.weight`. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** First element in the arena. */
  readonly offset: number;
  /** First element of its gradient, if it was chosen. */
  readonly gradientOffset: number;
}

/** Modules of equal shape, addressed together. */
export interface ModuleGroup {
  readonly modules: readonly ArenaModule[];
  readonly rows: number;
  readonly columns: number;
  readonly offsets: BlockOffsets;
  readonly gradientOffsets: BlockOffsets;
}

/** Elements to which each weight is aligned, so that it can be bound on its own. */
const ALIGNMENT = 64;

/**
 * A copy of the packed weights that hold some chosen modules, with a gradient for each: the modules of a group
 * can then be reached by one kernel launch, wherever they lie.
 */
export class WeightArena implements Disposable {
  /** What the model computes with. */
  readonly effective: Tensor;
  /** What adapters add to: the weights before the present task's changes. */
  readonly base: Tensor;
  /** The gradients of the chosen modules. When all modules are chosen in one set, they lie as in `effective`. */
  readonly gradient: Tensor;
  /** Views of `effective` by key of the layout. */
  readonly weights: Weights;
  readonly #gradients: Readonly<Record<string, Tensor>>;
  readonly #offsets: Tensor[] = [];
  readonly #modules: readonly ArenaModule[];

  /**
   * @param chosen names of the modules to hold, without `.weight`, in sets that are trained alike: the gradients
   *   of a set lie side by side
   */
  constructor(
    gpu: Gpu,
    layout: readonly PackedWeight[],
    weights: Weights,
    chosen: readonly ReadonlySet<string>[],
  ) {
    const holds = (weight: PackedWeight, names: ReadonlySet<string>) =>
      weight.parts.some((part) => names.has(moduleName(part.name)));
    const held = layout.filter((weight) => chosen.some((names) => holds(weight, names)));
    const all = new Set(chosen.flatMap((names) => [...names]));
    const values = arranged(held.map(({ key, shape }) => ({ key, shape })));
    const ordered = [...new Set(chosen.flatMap((names) => held.filter((weight) => holds(weight, names))))];
    const gradients = arranged(ordered.map(({ key, shape, parts }) => {
      const rows = parts.filter(({ name }) => all.has(moduleName(name))).map((part) => part.row + part.rows);
      return { key, shape: [Math.max(...rows), ...shape.slice(1)] };
    }));
    // zero in the gaps between weights, so that the whole of each can be summed, compared and stored
    this.effective = zeros(gpu, [values.size]);
    this.base = zeros(gpu, [values.size]);
    this.gradient = zeros(gpu, [gradients.size]);
    this.weights = values.viewsOf(this.effective);
    this.#gradients = gradients.viewsOf(this.gradient);
    const base = values.viewsOf(this.base);
    for (const { key } of held) {
      copyInto(weights[key], this.weights[key]);
      copyInto(weights[key], base[key]);
    }
    this.#modules = held.flatMap(({ key, shape, parts }) =>
      parts.map(({ name, row, rows }) => ({
        name: moduleName(name),
        rows,
        columns: columnsOf(shape),
        offset: this.weights[key].offset + row * columnsOf(shape),
        gradientOffset: this.#gradients[key].offset + row * columnsOf(shape),
      }))
    );
  }

  /** Where the gradient of a held weight goes: the rows up to the last chosen module's. */
  gradientOf(key: string): Tensor {
    return this.#gradients[key];
  }

  /** The gradients of a group, `[L, m, n]`: a view where they lie side by side, else a copy. */
  gradients({ modules, rows, columns, gradientOffsets }: ModuleGroup): Tensor {
    const shape = [modules.length, rows, columns];
    const { values } = gradientOffsets;
    if (values.every((offset, i) => offset === values[0] + i * rows * columns)) {
      return this.gradient.view(shape, values[0]);
    }
    const copy = empty(this.gradient.gpu, shape);
    gatherBlocks(this.gradient, gradientOffsets, copy);
    return copy;
  }

  /** The chosen modules, in groups of equal shape and in the model's order. */
  groups(gpu: Gpu, names: ReadonlySet<string>): ModuleGroup[] {
    const groups = new Map<string, ArenaModule[]>();
    for (const module of this.#modules.filter(({ name }) => names.has(name))) {
      const key = `${module.rows}×${module.columns}`;
      groups.set(key, [...groups.get(key) ?? [], module]);
    }
    return [...groups.values()].map((modules) => ({
      modules,
      rows: modules[0].rows,
      columns: modules[0].columns,
      offsets: this.#blocks(gpu, modules.map((module) => module.offset)),
      gradientOffsets: this.#blocks(gpu, modules.map((module) => module.gradientOffset)),
    }));
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of [this.effective, this.base, this.gradient, ...this.#offsets]) tensor.dispose();
  }

  #blocks(gpu: Gpu, values: readonly number[]): BlockOffsets {
    const offsets = tensor(gpu, new Uint32Array(values));
    this.#offsets.push(offsets);
    return { tensor: offsets, values };
  }
}

function moduleName(stored: string): string {
  return stored.replace(/\.weight$/, "");
}

/** Tensors one behind the other in one buffer. */
function arranged(parts: readonly { readonly key: string; readonly shape: Shape }[]): {
  readonly size: number;
  viewsOf(whole: Tensor): Record<string, Tensor>;
} {
  let size = 0;
  const places = parts.map(({ key, shape }) => {
    const start = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    size = start + elementCount(shape);
    return { key, shape, start };
  });
  const viewsOf = (whole: Tensor) =>
    Object.fromEntries(places.map(({ key, shape, start }) => [key, whole.view(shape, start)]));
  return { size, viewsOf };
}
