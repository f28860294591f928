import { catalogue, type Code, type Entry } from "../../src/diagnostics/catalogue/index.ts";
import { MemoryFiles, run, type Run } from "./memory-io.ts";

/** Compiles an example of the catalogue in the folder `/shop`, as its entry says. */
export function compileExample(code: Code, text: string): Run {
  const { file, option }: Entry<never> = catalogue[code];
  const stack = file === undefined ? text : "web:\n  image: nginx\n";
  const files = new MemoryFiles({ "/shop/stack.yml": stack, ...(file && { [`/shop/${file}`]: text }) });
  return run(["compile", ...(option?.split(" ") ?? [])], { files });
}
