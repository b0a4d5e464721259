/** Distance between the answers of two models. @module */
import { crossEntropyMean } from "../../kernels/cross_entropy.ts";
import { divergenceBackward, divergenceRows } from "../../kernels/divergence.ts";
import { rowsOf, sameShape, shapeText } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * Mean over the labelled rows of `KL(softmax(teacher/T) ‖ softmax(student/T))` (Hinton et al., 2015).
 *
 * @param student logits `[…, V]`
 * @param teacher logits of its shape, a constant
 * @param options.labels i32, one per row; negative (−100) for rows that do not count
 * @param options.temperature T; default 1
 * @returns `[1]`; 0 when no row has a label
 * @throws {RangeError} when the shapes differ, or the temperature is not positive
 */
export function divergence(
  student: Tensor,
  teacher: Tensor,
  options: { readonly labels: Tensor; readonly temperature?: number },
): Tensor {
  const { labels, temperature = 1 } = options;
  if (!sameShape(student.shape, teacher.shape)) {
    throw new RangeError(
      `The student's logits have shape ${shapeText(student.shape)}, the teacher's ${
        shapeText(teacher.shape)
      }.`,
    );
  }
  if (!(temperature > 0)) throw new RangeError(`A temperature must be positive; ${temperature} was given.`);
  const { gpu } = student;
  const operands = { student, teacher, temperature };
  const rows = empty(gpu, [rowsOf(student.shape), 4]);
  const weight = empty(gpu, [1]);
  const loss = empty(gpu, [1]);
  divergenceRows(operands, labels, rows);
  crossEntropyMean(rows, weight, loss);
  return record([student], loss, (upstream, sink) => {
    const dStudent = empty(gpu, student.shape);
    divergenceBackward(operands, { rows, weight }, { upstream, dStudent });
    sink.give(0, dStudent);
  });
}
