import { compile, readStack } from "../../compile.ts";
import { hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { namedSource } from "../../diagnostics/source.ts";
import type { OutputFile } from "../../targets/target.ts";
import type { TargetName } from "../../targets/index.ts";
import type { Policy } from "../../lifecycle/policy.ts";

/** What becomes of a text. */
export interface Result {
  readonly files: readonly OutputFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly services: readonly { readonly name: string; readonly policy: Policy }[];
}

/** Compiles a stack file. Where it has errors, there are no files and no services. */
export function resultOf(
  text: string,
  { name, target }: { readonly name: string; readonly target: TargetName },
): Result {
  const stackName = /[a-z0-9]/i.test(name) ? name : "stack";
  const { files, diagnostics } = compile(text, { name: stackName, target });
  const read = hasErrors(diagnostics) ? undefined : readStack(namedSource(text), { name: stackName }, []);
  const services = [...(read?.stack.services.values() ?? [])];
  return { files, diagnostics, services: services.map((service) => ({ name: service.name, policy: service.policy })) };
}
