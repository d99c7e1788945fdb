// Reads [{"dialect": "hive", "sql": "…"}, …] from standard input and prints, for each, a list of what its grammar
// refuses: [[], ["1:8: …"], …].
//
// Usage: node check.mjs < statements.json
import { register } from "node:module";
import { text } from "node:stream/consumers";

register("./resolve.mjs", import.meta.url);

const dialects = {
  hive: ["hive", "HiveSQL"],
  trino: ["trino", "TrinoSQL"],
};
const parsers = {};

async function parser(dialect) {
  const [folder, name] = dialects[dialect];
  parsers[dialect] ??= new (await import(`./node_modules/dt-sql-parser/dist/parser/${folder}/index.js`))[name]();
  return parsers[dialect];
}

const found = [];
for (const { dialect, sql } of JSON.parse(await text(process.stdin))) {
  const errors = (await parser(dialect)).validate(sql);
  found.push(errors.map((error) => `${error.startLine}:${error.startColumn}: ${error.message}`));
}
console.log(JSON.stringify(found));
