import type { Path } from "../diagnostics/diagnostic.ts";
import type { Service } from "./model.ts";

/** One service named by another. */
export interface Reference {
  readonly field: "links" | "volumes_from";
  readonly name: string;
  readonly stack: string | undefined;
  readonly origin: Path;
}

/** Every service that a service names and that is known before variables are filled in. */
export function references({ links, volumesFrom }: Service): readonly Reference[] {
  const linked = links.flatMap((link) => (link.kind === "link" ? [{ ...link, field: "links" as const }] : []));
  const used = volumesFrom.flatMap((source) =>
    source.kind === "service" ? [{ ...source, field: "volumes_from" as const }] : [],
  );
  return [...linked, ...used].map(({ field, service: name, stack, origin }) => ({ field, name, stack, origin }));
}

/**
 * Groups of names that reach each other, each of two or more: the circles of a graph (Tarjan's strongly connected components,
 * without recursion, because a chain may be as long as the file).
 */
export function circles(
  names: Iterable<string>,
  next: (name: string) => Iterable<string>,
): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const found: string[][] = [];
  for (const start of names) {
    if (order.has(start)) continue;
    const path = [enter(start)];
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const following = step.rest.next();
      if (following.done) {
        path.pop();
        leave(step.name, path.at(-1)?.name);
      } else if (!order.has(following.value)) path.push(enter(following.value));
      else if (isOpen.has(following.value)) lower(step.name, order.get(following.value)!);
    }
  }
  return found;

  function enter(name: string): { readonly name: string; readonly rest: Iterator<string> } {
    lowest.set(name, order.size);
    order.set(name, order.size);
    open.push(name);
    isOpen.add(name);
    return { name, rest: next(name)[Symbol.iterator]() };
  }

  function leave(name: string, parent: string | undefined): void {
    if (parent !== undefined) lower(parent, lowest.get(name)!);
    if (lowest.get(name) !== order.get(name)) return;
    const circle = open.splice(open.lastIndexOf(name));
    for (const member of circle) isOpen.delete(member);
    if (circle.length > 1) found.push(circle);
  }

  function lower(name: string, to: number): void {
    lowest.set(name, Math.min(lowest.get(name)!, to));
  }
}

/** The names, each after those that it needs; without recursion, too. No name needs itself, however far away. */
export function dependenciesFirst(names: Iterable<string>, next: (name: string) => Iterable<string>): Iterable<string> {
  const ordered = new Set<string>();
  const entered = new Set<string>();
  const open = [...names].toReversed();
  for (let name = open.at(-1); name !== undefined; name = open.at(-1)) {
    if (entered.has(name)) {
      ordered.add(name);
      open.pop();
      continue;
    }
    entered.add(name);
    for (const needed of next(name)) if (!entered.has(needed)) open.push(needed);
  }
  return ordered;
}
