/** The weights of a model that training changes, side by side in one buffer. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { BlockOffsets } from "../kernels/blocks.ts";
import { columnsOf, elementCount, type Shape } from "../tensor/shape.ts";
import { copyInto, type Tensor, tensor, zeros } from "../tensor/tensor.ts";
import type { PackedWeight, Weights } from "./layout.ts";

/** A stored matrix inside the arena. */
export interface ArenaModule {
  /** Its name in Hugging Face files, without `.weight`. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** First element in the arena. */
  readonly offset: number;
}

/** Modules of equal shape, addressed together. */
export interface ModuleGroup {
  readonly modules: readonly ArenaModule[];
  readonly rows: number;
  readonly columns: number;
  readonly offsets: BlockOffsets;
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
  /** The gradient of `effective`, in the same places. */
  readonly gradient: Tensor;
  /** Views of `effective` by key of the layout. */
  readonly weights: Weights;
  readonly #gradients: Record<string, Tensor> = {};
  readonly #offsets: Tensor[] = [];
  readonly #modules: readonly ArenaModule[];

  /** @param chosen names of the modules to hold, without `.weight` */
  constructor(gpu: Gpu, layout: readonly PackedWeight[], weights: Weights, chosen: ReadonlySet<string>) {
    const isChosen = (name: string) => chosen.has(name.replace(/\.weight$/, ""));
    const held = layout.filter((weight) => weight.parts.some((part) => isChosen(part.name)));
    const starts: number[] = [];
    let size = 0;
    for (const { shape } of held) {
      starts.push(size);
      size = Math.ceil((size + elementCount(shape)) / ALIGNMENT) * ALIGNMENT;
    }
    // zero in the gaps between weights, so that the whole of each can be summed, compared and stored
    this.effective = zeros(gpu, [size]);
    this.base = zeros(gpu, [size]);
    this.gradient = zeros(gpu, [size]);
    const views: Record<string, Tensor> = {};
    held.forEach(({ key, shape, parts }, i) => {
      views[key] = this.effective.view(shape, starts[i]);
      copyInto(weights[key], views[key]);
      copyInto(weights[key], this.base.view(shape, starts[i]));
      const rows = Math.max(
        ...parts.filter((part) => isChosen(part.name)).map((part) => part.row + part.rows),
      );
      this.#gradients[key] = this.gradient.view(withRows(shape, rows), starts[i]);
    });
    this.weights = views;
    this.#modules = held.flatMap(({ shape, parts }, i) =>
      parts.map(({ name, row, rows }) => ({
        name: name.replace(/\.weight$/, ""),
        rows,
        columns: columnsOf(shape),
        offset: starts[i] + row * columnsOf(shape),
      }))
    );
  }

  /** Where the gradient of a held weight goes: the rows up to the last chosen module's. */
  gradientOf(key: string): Tensor {
    return this.#gradients[key];
  }

  /** The chosen modules, in groups of equal shape and in the model's order. */
  groups(gpu: Gpu, names: ReadonlySet<string>): ModuleGroup[] {
    const groups = new Map<string, ArenaModule[]>();
    for (const module of this.#modules.filter(({ name }) => names.has(name))) {
      const key = `${module.rows}×${module.columns}`;
      groups.set(key, [...groups.get(key) ?? [], module]);
    }
    return [...groups.values()].map((modules) => {
      const values = modules.map((module) => module.offset);
      const offsets = tensor(gpu, new Uint32Array(values));
      this.#offsets.push(offsets);
      return {
        modules,
        rows: modules[0].rows,
        columns: modules[0].columns,
        offsets: { tensor: offsets, values },
      };
    });
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of [this.effective, this.base, this.gradient, ...this.#offsets]) tensor.dispose();
  }
}

function withRows(shape: Shape, rows: number): Shape {
  return [rows, ...shape.slice(1)];
}
