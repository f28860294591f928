/**
 * What Swarm makes of a text when it creates a task: Go's `text/template`, as far as an escaped text may use it. Throws
 * for any other action, which would put something else there or make Swarm refuse the task.
 */
export function expandTemplate(text: string): string {
  const [first = "", ...rest] = text.split('{{"{{"}}');
  for (const part of [first, ...rest]) if (part.includes("{{")) throw new Error(`an action in ${JSON.stringify(text)}`);
  return [first, ...rest].join("{{");
}
