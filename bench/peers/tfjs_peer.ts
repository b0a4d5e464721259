/** TensorFlow.js with its own optimizer and loss. */
import { ADAM, WIDTH } from "../mlp_problem.ts";
import type { Peer } from "./peer.ts";

/** In variables, so that the set-up, which fetches what the sources import, does not fetch a peer. */
const PACKAGE = "npm:@tensorflow/tfjs@4.22.0";
const BACK_END = (name: string) => `npm:@tensorflow/tfjs-backend-${name}@4.22.0`;

/** `wasm` or `webgpu`. */
export async function tfjsPeer(backEnd: string): Promise<Peer> {
  const tf = await import(PACKAGE);
  await import(BACK_END(backEnd));
  if (!await tf.setBackend(backEnd)) throw new Error(`tfjs has no back end ${backEnd} here.`);
  await tf.ready();
  type Value = ReturnType<typeof tf.tensor>;

  return {
    products(n) {
      const [a, b] = [0, 1].map(() => tf.randomNormal([n, n]));
      return async (count) => {
        for (let i = 1; i < count; i++) tf.matMul(a, b).dispose();
        const last = tf.matMul(a, b);
        const corner = tf.slice(last, [0, 0], [1, 1]);
        await corner.data();
        tf.dispose([last, corner]);
      };
    },
    mlp({ inputs, classes, weights }) {
      const x = tf.tensor2d(inputs, [WIDTH, WIDTH]);
      const target = tf.oneHot(tf.tensor1d(classes, "int32"), WIDTH);
      const variables: Value[] = weights.map((data) => tf.variable(tf.tensor2d(data, [WIDTH, WIDTH])));
      const optimizer = tf.train.adam(ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.eps);
      const loss = () => {
        let hidden = x;
        variables.forEach((variable, i) => {
          const product = tf.matMul(hidden, variable);
          hidden = i + 1 < variables.length ? tf.relu(product) : product;
        });
        return tf.losses.softmaxCrossEntropy(target, hidden);
      };
      return async () => {
        const value = optimizer.minimize(loss, true, variables);
        const [number] = await value.data();
        value.dispose();
        return number;
      };
    },
  };
}
