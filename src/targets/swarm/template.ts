/**
 * The text that Swarm turns into the given one. When Swarm creates a task, it fills in `{{...}}` in environment, host
 * name and mounts (Docker's documentation of `docker service create`, "Create services using templates"), and refuses
 * the task if it cannot.
 */
export function escapeTemplate(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}
