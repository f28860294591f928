/**
 * Text that Swarm takes for itself. It fills in `{{...}}` in environment, host name and mounts when it creates a task (Docker's
 * documentation of `docker service create`, "Create services using templates"), and refuses the task when it cannot.
 */
export function escapeTemplate(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}
