import type { SidecarConfig } from "../lifecycle/config.ts";
import { describeProject, type Project } from "./project.ts";

/** What the log says about a sidecar that has connected to an engine: whom it talks to, and what it will do. */
export function describeSidecar(
  { services, settleSeconds, removeVolumes }: SidecarConfig,
  { project, apiVersion, dryRun }: { readonly project: Project; readonly apiVersion: string; readonly dryRun: boolean },
): string {
  const policies = Object.entries(services).map(([name, { autodestroy }]) => `${name} ${autodestroy}`);
  const parts = [
    `API ${apiVersion || "without version"}`,
    describeProject(project),
    policies.join(", "),
    `settle time ${settleSeconds} s`,
    removeVolumes ? "with anonymous volumes" : "",
    dryRun ? "dry run" : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}
