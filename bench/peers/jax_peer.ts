/** jax-js, with the whole training step under `jit`, which consumes its arguments unless `.ref` keeps them. */
import { ADAM, WIDTH } from "../mlp_problem.ts";
import type { Peer } from "./peer.ts";

/** In a variable, so that the set-up, which fetches what the sources import, does not fetch a peer. */
const PACKAGE = "npm:@jax-js/jax@0.1.25";

/** `wasm` or `webgpu`. */
export async function jaxPeer(backEnd: string): Promise<Peer> {
  const { init, defaultDevice, jit, valueAndGrad, blockUntilReady, nn, numpy: np } = await import(PACKAGE);
  if (!(await init(backEnd)).includes(backEnd)) throw new Error(`jax-js has no back end ${backEnd} here.`);
  defaultDevice(backEnd);
  type Value = ReturnType<typeof np.array>;

  const loss = (weights: Value[], x: Value, target: Value): Value => {
    let hidden = x;
    weights.forEach((weight, i) => {
      const product = np.matmul(hidden, weight);
      hidden = i + 1 < weights.length ? nn.relu(product) : product;
    });
    return nn.logSoftmax(hidden).mul(target).sum().mul(-1 / WIDTH);
  };
  const { learningRate, beta1, beta2, eps } = ADAM;
  const step = jit(
    (weights: Value[], first: Value[], second: Value[], correction: Value[], x: Value, target: Value) => {
      const [value, gradients] = valueAndGrad(loss)(weights.map((weight) => weight.ref), x, target);
      const next = weights.map((weight, i) => {
        const g = gradients[i];
        const m = first[i].mul(beta1).add(g.ref.mul(1 - beta1));
        const v = second[i].mul(beta2).add(g.ref.mul(g).mul(1 - beta2));
        const scale = np.sqrt(v.ref.mul(correction[1].ref)).add(eps);
        const change = m.ref.mul(correction[0].ref).div(scale).mul(-learningRate);
        return { weight: weight.add(change), m, v };
      });
      correction.forEach((factor: Value) => factor.dispose());
      return [value, next.map(({ weight }) => weight), next.map(({ m }) => m), next.map(({ v }) => v)];
    },
  );

  return {
    products(n) {
      const values = () => Float32Array.from({ length: n * n }, () => Math.random() - 0.5);
      const [a, b] = [values(), values()].map((data) => np.array(data).reshape([n, n]));
      return async (count) => {
        const results = Array.from({ length: count }, () => np.matmul(a.ref, b.ref));
        await blockUntilReady(results);
        results.forEach((result) => result.dispose());
      };
    },
    mlp({ inputs, classes, weights }) {
      const square = (data: Float32Array) => np.array(data).reshape([WIDTH, WIDTH]);
      const x = square(inputs);
      const target = nn.oneHot(np.array(classes), WIDTH);
      let state = [
        weights.map(square),
        ...[0, 1].map(() => weights.map(() => np.zeros([WIDTH, WIDTH]))),
      ];
      let t = 0;
      return async () => {
        t++;
        const correction = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)].map((factor) => np.array(factor));
        const [value, ...next] = step(...state, correction, x.ref, target.ref);
        state = next;
        return (await value.data())[0];
      };
    },
  };
}
