/**
 * Files inside the npm packages that figures need: a font, a WebAssembly module, plotly's own source text.
 *
 * @module
 */

/**
 * The bytes of a file in an npm package, wherever Deno keeps it (its cache or a `node_modules` folder).
 *
 * @param specifier as it would be imported, for instance `dejavu-fonts-ttf/ttf/DejaVuSans.ttf`
 * @param load imports anything from the package, so that Deno has fetched it before its folder is read
 * @throws {Error} if the package can be neither found nor fetched
 */
export async function packageFile(
  specifier: string,
  load: () => Promise<unknown>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    await load();
    return await Deno.readFile(new URL(import.meta.resolve(specifier)));
  } catch (cause) {
    throw new Error(
      `Drawing a figure needs the file "${specifier}" of an npm package pinned in deno.json, and it could be ` +
        "neither found in Deno's cache nor fetched. Connect to the network once; afterwards it is there.",
      { cause },
    );
  }
}
