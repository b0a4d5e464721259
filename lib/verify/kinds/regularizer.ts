/** Penalties of methods and their gradients. @module */
import { Tape } from "../../autograd/tape.ts";
import { cLoraPenalty } from "../../continual/regularizers/clora.ts";
import { lwfPenalty } from "../../continual/regularizers/lwf.ts";
import { nLoraPenalty } from "../../continual/regularizers/n_lora.ts";
import { oLoraPenalty } from "../../continual/regularizers/o_lora.ts";
import { scope } from "../../tensor/scope.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import type { Checker } from "../checker.ts";
import type { PenaltyBench } from "./penalty_bench.ts";
import { compareEwc } from "./regularizer_ewc.ts";
import { compareMigu } from "./regularizer_migu.ts";

/** The results that a case expects, by name, of which one is the loss. */
type Penalty = (bench: PenaltyBench) => Readonly<Record<string, Tensor>>;

const PENALTIES: Readonly<Record<string, Penalty>> = {
  "o-lora": (bench) => {
    const { lambda1, lambda2 } = bench.golden.config;
    const pairs = pairsOf(bench, (m) => ({ oldA: bench.constant(`oldA.${m}`) }));
    const { orthogonal, norms, total } = oLoraPenalty(pairs, { orthogonality: lambda1, norms: lambda2 });
    return { orthogonal, l2: norms, total };
  },
  "n-lora": (bench) => {
    const { lambda, version } = bench.golden.config;
    return { total: nLoraPenalty(pairsOf(bench, () => ({})), { factor: lambda, version }) };
  },
  clora: (bench) => {
    const pairs = pairsOf(bench, (m) => ({
      inputDirections: bench.constant(`Pin.${m}`)!,
      outputDirections: bench.constant(`Pout.${m}`)!,
    }));
    return { total: cLoraPenalty(pairs, { factor: bench.golden.config.lambda }) };
  },
  ewc: (bench) => ({ total: compareEwc(bench) }),
  lwf: ({ golden, gpu, constant, variable }) => {
    const { temperature, timesTemperatureSquared = false } = golden.config;
    const labels = tensor(gpu, golden.integers("labels"), golden.tensor("labels").shape);
    const options = { labels, temperature, timesTemperatureSquared };
    return { loss: lwfPenalty(variable("student"), constant("teacher")!, options) };
  },
};

/** Inputs of a method → its penalty, its terms, and `grad.<input>`; of MIGU scores, mask and masked gradient. */
export const checkRegularizer: Checker = async (golden, comparison, device) => {
  const gpu = await device();
  const { method } = golden.config;
  if (method === "migu") return scope(gpu, () => compareMigu(gpu, golden, comparison));
  if (!Object.hasOwn(PENALTIES, method)) {
    const known = [...Object.keys(PENALTIES), "migu"].join(", ");
    throw new RangeError(`There is no penalty of the method "${method}"; there are ${known}.`);
  }
  scope(gpu, () => comparePenalty(PENALTIES[method], { gpu, golden, comparison }));
};

function comparePenalty(penalty: Penalty, parts: Pick<PenaltyBench, "gpu" | "golden" | "comparison">): void {
  const { gpu, golden, comparison } = parts;
  const tape = new Tape();
  const watched = new Map<string, Tensor>();
  const constant = (name: string) =>
    golden.has(name) ? tensor(gpu, golden.floats(name), golden.tensor(name).shape) : undefined;
  const variable = (name: string, gradient = `grad.${name}`) => {
    const input = tape.watch(tensor(gpu, golden.floats(name), golden.tensor(name).shape));
    watched.set(gradient, input);
    return input;
  };
  const results = penalty({ ...parts, constant, variable });
  for (const [name, found] of Object.entries(results)) {
    if (golden.has(name)) comparison.numbers(name, found.readFloats(), golden.tensor(name).data);
  }
  tape.backward((results.total ?? results.loss)!);
  for (const [name, input] of watched) {
    comparison.numbers(name, tape.gradient(input).readFloats(), golden.tensor(name).data);
  }
}

function pairsOf<More>(bench: PenaltyBench, more: (module: string) => More) {
  const modules: string[] = bench.golden.config.modules;
  return modules.map((m) => ({ a: bench.variable(`A.${m}`), b: bench.variable(`B.${m}`), ...more(m) }));
}
