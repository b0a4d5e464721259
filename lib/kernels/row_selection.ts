/** Keeping the rows of a matrix whose scores are high. @module */
import { float } from "../gpu/uniform_store.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import addCode from "./add_magnitudes.wgsl" with { type: "text" };
import keepCode from "./keep_rows.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import orderCode from "./order_statistics.wgsl" with { type: "text" };

const ADD = laneKernel("add_magnitudes", addCode);
const ORDER = { name: "order_statistics", code: orderCode };
const KEEP = laneKernel("keep_rows", keepCode);

/** `sums [columns] += Σ |x|` over the rows of `x [rows, columns]`. */
export function addMagnitudes(x: Tensor, sums: Tensor): void {
  const { kernel, lane } = chooseLane(ADD, columnsOf(x.shape));
  const lanes = columnsOf(x.shape) / lane;
  x.gpu.dispatch(kernel, [x.range, sums.range], {
    uniform: [rowsOf(x.shape), lanes],
    grid: [Math.ceil(lanes / 64)],
  });
}

/** What {@linkcode keepRows} writes. */
export interface KeptRows {
  /** Of x's shape: the rows kept, and zeros. */
  readonly kept: Tensor;
  /** `[rows]`, i32: 1 = kept. */
  readonly mask: Tensor;
}

/**
 * Keeps the rows of `x [rows, columns]` whose score is at least a quantile of all scores, with linear interpolation
 * between neighbours (as `torch.quantile`).
 *
 * @param scores `[rows]`
 * @param quantile in [0, 1]
 */
export function keepRows(x: Tensor, scores: Tensor, quantile: number, { kept, mask }: KeptRows): void {
  const rows = scores.size;
  const exact = quantile * (rows - 1);
  const place = Math.abs(exact - Math.round(exact)) < 1e-9 ? Math.round(exact) : exact;
  const lower = Math.floor(place);
  const neighbours = empty(x.gpu, [2]);
  x.gpu.dispatch(ORDER, [scores.range, neighbours.range], {
    uniform: [rows, lower, Math.ceil(place)],
    grid: [Math.ceil(rows / 64)],
  });
  const { kernel, lane } = chooseLane(KEEP, columnsOf(x.shape));
  const lanes = columnsOf(x.shape) / lane;
  const [across, layers] = gridFor(lanes, 64);
  x.gpu.dispatch(kernel, [x, scores, neighbours, kept, mask].map(({ range }) => range), {
    uniform: [lanes, across * 64, float(place - lower)],
    grid: [across, rows, layers],
  });
  neighbours.dispose();
}
