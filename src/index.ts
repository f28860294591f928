export { compile, validate, type Compilation, type CompileOptions, type ReadOptions } from "./compile.ts";
export type { Diagnostic, Label } from "./diagnostics/diagnostic.ts";
export type { Code, Severity } from "./diagnostics/catalogue/index.ts";
export type { Position, Span } from "./diagnostics/source.ts";
export type { OutputFile } from "./targets/target.ts";
export type { TargetName } from "./targets/index.ts";
