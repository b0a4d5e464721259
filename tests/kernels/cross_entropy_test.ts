import { openGpu } from "../../lib/gpu/gpu.ts";
import { crossEntropyBackward, crossEntropyMean, crossEntropyRows } from "../../lib/kernels/cross_entropy.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

Deno.test("cross-entropy and its gradient agree with loops at awkward sizes, with and without labels", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const [rows, vocabulary] of [[1, 1], [7, 33], [33, 7], [257, 4], [3, 257], [32, 420]]) {
    for (const labelled of [1, 0.5, 0]) {
      scope(gpu, () => {
        const name = `${rows}×${vocabulary}, share of labels ${labelled}`;
        const x = random.normalArray(rows * vocabulary, 30);
        const labels = Int32Array.from(
          { length: rows },
          () => random.uniform() < labelled ? random.integer(vocabulary) : -100,
        );
        const count = labels.filter((label) => label >= 0).length;
        const wanted = new Float64Array(x.length);
        let sum = 0;
        labels.forEach((label, row) => {
          if (label < 0) return;
          const logits = x.subarray(row * vocabulary, (row + 1) * vocabulary);
          const largest = Math.max(...logits);
          const logSum = largest +
            Math.log(logits.reduce((total, value) => total + Math.exp(value - largest), 0));
          sum += logSum - logits[label];
          logits.forEach((value, i) =>
            wanted[row * vocabulary + i] = -2 / count * (Math.exp(value - logSum) - Number(i === label))
          );
        });
        const logits = tensor(gpu, x, [rows, vocabulary]);
        const known = empty(gpu, [rows, 4]);
        const [weight, loss] = [empty(gpu, [1]), empty(gpu, [1])];
        crossEntropyRows(logits, tensor(gpu, labels), known);
        crossEntropyMean(known, weight, loss);
        const gradient = empty(gpu, [rows, vocabulary]);
        crossEntropyBackward({ logits, rows: known, weight }, tensor(gpu, new Float32Array([-2])), gradient);
        assertClose(loss.readFloats(), [count > 0 ? sum / count : 0], {
          name: `loss ${name}`,
          tolerance: 1e-5,
        });
        assertClose(gradient.readFloats(), wanted, { name: `gradient ${name}`, tolerance: 2e-5 });
      });
    }
  }
});
