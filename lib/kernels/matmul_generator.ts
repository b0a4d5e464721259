/** WGSL source of the matrix product, generated for its transposes, tile and epilogue. @module */
import type { Form } from "./matmul_form.ts";
import { sharedMatmul } from "./matmul_shared.ts";
import { texturedMatmul } from "./matmul_textured.ts";

/**
 * The WGSL source of a form. Its bindings are A, B, then D where `finish` needs it, then C, then the sizes.
 */
export function generateMatmul(form: Form): string {
  return form.kind === "textured" ? texturedMatmul(form) : sharedMatmul(form);
}
