// The parser is published for bundlers: modules without the word, and imports without the end of their file's name.
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const PACKAGE = "/node_modules/dt-sql-parser/";

async function isFile(url) {
  const found = await stat(fileURLToPath(url)).catch(() => undefined);
  return found?.isFile() ?? false;
}

export async function resolve(specifier, context, next) {
  if (specifier.startsWith(".") && context.parentURL?.includes(PACKAGE)) {
    for (const end of ["", ".js", "/index.js"]) {
      const url = new URL(specifier + end, context.parentURL);
      if (await isFile(url)) {
        return { url: url.href, format: "module", shortCircuit: true };
      }
    }
  }
  return next(specifier, context);
}

export function load(url, context, next) {
  return next(url, url.includes(PACKAGE) ? { ...context, format: "module" } : context);
}
