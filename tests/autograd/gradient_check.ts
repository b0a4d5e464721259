/** Gradients on the GPU against central differences of a plain loop twin in float64. @module */
import { assert } from "@std/assert";
import { linear } from "../../lib/autograd/ops/linear.ts";
import { weightedTotal } from "../../lib/autograd/ops/weighted_total.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { columnsOf } from "../../lib/tensor/shape.ts";
import { type Tensor, tensor } from "../../lib/tensor/tensor.ts";
import { normal, type Plain } from "../reference/plain.ts";

/** An operation, its twin, and what they are given. */
export interface GradientCheck<Name extends string> {
  readonly label: string;
  /** Every one is watched. */
  readonly inputs: Readonly<Record<Name, Plain>>;
  operation(inputs: Readonly<Record<Name, Tensor>>): Tensor;
  twin(inputs: Readonly<Record<Name, Plain>>): Plain;
  /** Whether to apply the operation twice to the same inputs, so that gradients add up; default true. */
  readonly twice?: boolean;
}

/** Elements of each input whose derivative is compared. */
const MOST_ELEMENTS = 40;
const STEP = 1e-5;

/** Compares the operation's values, and the gradients of a random weighting of them. */
export function checkGradients<Name extends string>(gpu: Gpu, check: GradientCheck<Name>): void {
  const names = Object.keys(check.inputs) as Name[];
  const expected = check.twin(check.inputs);
  const random = new Random(1, check.label);
  const probe = normal(random, ...expected.shape);
  for (const uses of check.twice === false ? [1] : [1, 2]) {
    const found = scope(gpu, () => differentiate(gpu, check, { names, probe, uses }));
    compare(found.y.readFloats(), expected.data.map((value) => uses * value), `${check.label}, values`);
    for (const name of names) {
      const gradient = found.gradients[name].readFloats();
      const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const i of someElements(random, gradient.length)) {
        const slope = uses * difference(check, { name, probe, i });
        const allowed = 3e-5 * (largest + 0.1);
        const text = `${check.label}: d/d${name}[${i}] is ${gradient[i]}, not ${slope} (${uses} uses)`;
        assert(Math.abs(gradient[i] - slope) <= allowed, text);
      }
      found.gradients[name].dispose();
    }
    found.y.dispose();
  }
}

interface Probing<Name> {
  readonly names: readonly Name[];
  readonly probe: Plain;
  readonly uses: number;
}

function differentiate<Name extends string>(
  gpu: Gpu,
  check: GradientCheck<Name>,
  { names, probe, uses }: Probing<Name>,
): { y: Tensor; gradients: Record<Name, Tensor> } {
  const upload = ({ shape, data }: Plain) => tensor(gpu, new Float32Array(data), shape);
  const tape = new Tape();
  const watched = Object.fromEntries(names.map((name) => [name, tape.watch(upload(check.inputs[name]))]));
  let y = check.operation(watched as Record<Name, Tensor>);
  if (uses === 2) {
    const n = columnsOf(y.shape);
    const identity = Float32Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));
    const again = check.operation(watched as Record<Name, Tensor>);
    y = linear(again, tensor(gpu, identity, [n, n]), { residual: y });
  }
  tape.backward(weightedTotal(y, upload(probe)));
  const gradients = Object.fromEntries(names.map((name) => [name, tape.gradient(watched[name])]));
  return { y, gradients: gradients as Record<Name, Tensor> };
}

/** The derivative of `Σ probe ⊙ twin(inputs)` with respect to one element. */
function difference<Name extends string>(
  { inputs, twin }: GradientCheck<Name>,
  { name, probe, i }: { readonly name: Name; readonly probe: Plain; readonly i: number },
): number {
  const totalAt = (change: number) => {
    const data = inputs[name].data.slice();
    data[i] += change;
    const y = twin({ ...inputs, [name]: { ...inputs[name], data } });
    return y.data.reduce((sum, value, j) => sum + value * probe.data[j], 0);
  };
  return (totalAt(STEP) - totalAt(-STEP)) / (2 * STEP);
}

function someElements(random: Random, length: number): number[] {
  const all = Array.from({ length }, (_, i) => i);
  return length <= MOST_ELEMENTS ? all : random.sample(all, MOST_ELEMENTS);
}

function compare(found: Float32Array, expected: Float64Array, label: string): void {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  found.forEach((value, i) => {
    const close = Math.abs(value - expected[i]) <= 3e-6 * (largest + 0.1);
    assert(close, `${label}: element ${i} is ${value}, not ${expected[i]}`);
  });
}
