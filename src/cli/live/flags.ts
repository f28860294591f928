/** The options that all commands for live services have. */
export interface LiveFlags {
  readonly stacks?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly output?: "text" | "json";
  readonly sync?: boolean;
  readonly quiet?: boolean;
}
