/**
 * How values show themselves in notebooks.
 *
 * @module
 */
export * from "./rich_display.ts";
