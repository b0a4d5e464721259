/** The weights of a model that training changes. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { type BlockOffsets, gatherBlocks } from "../kernels/blocks.ts";
import { elementCount } from "../tensor/shape.ts";
import { empty, type Tensor, tensor } from "../tensor/tensor.ts";
import { ARENA_ALIGNMENT, ArenaBlock } from "./arena_block.ts";
import type { PackedWeight, Weights } from "./layout.ts";
import { type ModuleSet, modulesOf, type PlacedModule } from "./module_set.ts";

/** A stored matrix inside a block of the arena. */
export interface ArenaModule extends PlacedModule {
  readonly block: ArenaBlock;
  /** First element in the block. */
  readonly offset: number;
  /** First element of its gradient, if it was chosen. */
  readonly gradientOffset: number;
}

/** Modules of equal shape in one block, addressed together. */
export interface ModuleGroup extends ModuleSet {
  readonly modules: readonly ArenaModule[];
  readonly block: ArenaBlock;
  readonly offsets: BlockOffsets;
  readonly gradientOffsets: BlockOffsets;
}

/** Options of {@linkcode WeightArena}. */
export interface ArenaOptions {
  /**
   * The most bytes of weights in one block. Default 128 MiB, what every WebGPU device can bind: so a model has the same
   * groups on all of them.
   */
  readonly blockBytes?: number;
}

/** The default of {@linkcode ArenaOptions.blockBytes}. */
export const DEFAULT_BLOCK: number = 2 ** 27;

/**
 * A copy of the packed weights that hold some chosen modules, with a gradient for each, in few buffers: the modules
 * of a group can be reached by one kernel launch, wherever they lie.
 */
export class WeightArena implements Disposable {
  readonly blocks: readonly ArenaBlock[];
  /** What the model computes with, by key of the layout. */
  readonly weights: Weights;
  readonly #gradients: Weights;
  readonly #offsets: Tensor[] = [];
  readonly #modules: readonly ArenaModule[];

  /**
   * @param chosen names of the modules to hold, without `.weight`, in sets that are trained alike: the gradients
   *   of a set lie side by side
   * @param options.changed modules to which changes are added: what they are added to is kept too
   */
  constructor(
    gpu: Gpu,
    layout: readonly PackedWeight[],
    weights: Weights,
    chosen: readonly ReadonlySet<string>[],
    options: ArenaOptions & { readonly changed?: ReadonlySet<string> } = {},
  ) {
    const { changed = new Set(), blockBytes = DEFAULT_BLOCK } = options;
    const held = layout.filter((weight) => chosen.some((names) => holds(weight, names)));
    const parts = inBlocks(held, blockBytes);
    this.blocks = parts.map((part) =>
      new ArenaBlock(gpu, weights, part, {
        gradients: gradientShapes(part, chosen),
        keepBase: part.some((weight) => holds(weight, changed)),
      })
    );
    this.weights = Object.assign({}, ...this.blocks.map((block) => block.weights));
    this.#gradients = Object.assign({}, ...this.blocks.map((block) => block.gradients));
    this.#modules = this.blocks.flatMap((block, i) => parts[i].flatMap((weight) => placedIn(block, weight)));
  }

  /** Where the gradient of a held weight goes: the rows up to the last chosen module's. */
  gradientOf(key: string): Tensor {
    return this.#gradients[key];
  }

  /** The gradients of a group, `[L, m, n]`: a view where they lie side by side, else a copy. */
  gradients({ modules, rows, columns, block, gradientOffsets }: ModuleGroup): Tensor {
    const shape = [modules.length, rows, columns];
    const { values } = gradientOffsets;
    if (values.every((offset, i) => offset === values[0] + i * rows * columns)) {
      return block.gradient.view(shape, values[0]);
    }
    const copy = empty(block.gradient.gpu, shape);
    gatherBlocks(block.gradient, gradientOffsets, copy);
    return copy;
  }

  /** The chosen modules, in groups of equal shape in one block, and in the model's order. */
  groups(gpu: Gpu, names: ReadonlySet<string>): ModuleGroup[] {
    const chosen = this.#modules.filter(({ name }) => names.has(name));
    const groups = Map.groupBy(
      chosen,
      ({ rows, columns, block }) => `${rows}×${columns} in ${this.blocks.indexOf(block)}`,
    );
    return [...groups.values()].map((modules) => ({
      modules,
      rows: modules[0].rows,
      columns: modules[0].columns,
      block: modules[0].block,
      offsets: this.#places(gpu, modules.map((module) => module.offset)),
      gradientOffsets: this.#places(gpu, modules.map((module) => module.gradientOffset)),
    }));
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const part of [...this.blocks, ...this.#offsets]) part[Symbol.dispose]();
  }

  #places(gpu: Gpu, values: readonly number[]): BlockOffsets {
    const offsets = tensor(gpu, new Uint32Array(values));
    this.#offsets.push(offsets);
    return { tensor: offsets, values };
  }
}

function moduleName(stored: string): string {
  return stored.replace(/\.weight$/, "");
}

function holds(weight: PackedWeight, names: ReadonlySet<string>): boolean {
  return weight.parts.some((part) => names.has(moduleName(part.name)));
}

/** Neighbouring weights together, as many as a block takes. */
function inBlocks(held: readonly PackedWeight[], blockBytes: number): PackedWeight[][] {
  const blocks: PackedWeight[][] = [];
  let bytes = 0;
  for (const weight of held) {
    const size = 4 * ARENA_ALIGNMENT * Math.ceil(elementCount(weight.shape) / ARENA_ALIGNMENT);
    if (blocks.length === 0 || bytes + size > blockBytes) {
      blocks.push([]);
      bytes = 0;
    }
    blocks.at(-1)!.push(weight);
    bytes += size;
  }
  return blocks;
}

/** The gradients that a block needs, those of a set side by side: of each weight the rows up to the last chosen. */
function gradientShapes(held: readonly PackedWeight[], chosen: readonly ReadonlySet<string>[]) {
  const all = new Set(chosen.flatMap((names) => [...names]));
  const ordered = new Set(chosen.flatMap((names) => held.filter((weight) => holds(weight, names))));
  return [...ordered].map(({ key, shape, parts }) => {
    const rows = parts.filter(({ name }) => all.has(moduleName(name))).map((part) => part.row + part.rows);
    return { key, shape: [Math.max(...rows), ...shape.slice(1)] };
  });
}

function placedIn(block: ArenaBlock, weight: PackedWeight): ArenaModule[] {
  return modulesOf(weight).map((module) => {
    const { key, row, columns } = module;
    return {
      ...module,
      block,
      offset: block.weights[key].offset + row * columns,
      gradientOffset: block.gradients[key].offset + row * columns,
    };
  });
}
