import autodestroySchema from "../../../schema/autodestroy.schema.json" with { type: "json" };
import reportSchema from "../../../schema/report.schema.json" with { type: "json" };
import stackSchema from "../../../schema/stack.schema.json" with { type: "json" };
import type { Io } from "../io.ts";

/** The schemas that the package ships. */
export const schemas = { stack: stackSchema, autodestroy: autodestroySchema, report: reportSchema };

/** `tutum-stack schema`: prints a schema as it is shipped. Returns the exit code. */
export function schemaCommand(io: Io, name: keyof typeof schemas): number {
  io.stdout.write(`${JSON.stringify(schemas[name], null, 2)}\n`);
  return 0;
}
