// Runs a module whose `app` prints by `board_print`.
import { readFileSync } from "node:fs";

let memory;
const board_print = (text) => {
  const bytes = new Uint8Array(memory.buffer, text);
  process.stdout.write(new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0))));
};
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), { env: { board_print } });
memory = instance.exports.memory;
process.exitCode = instance.exports.app();
