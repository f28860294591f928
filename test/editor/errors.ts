import { validate } from "../../src/compile.ts";

/** Where the compiler finds an error in a text, and which. */
export function errorsIn(text: string): readonly string[] {
  const errors = validate(text).filter(({ severity }) => severity === "error");
  return errors.map(({ code, labels: [{ start }] }) => `${start.line}:${start.column} ${code}`);
}
