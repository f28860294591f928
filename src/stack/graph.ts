/** Gives the names that a name leads to: the edges of a directed graph. */
type Successors = (name: string) => Iterable<string>;

/**
 * The cycles of a graph: its strongly connected components of two or more names, by Tarjan's algorithm. It does not use
 * recursion, because a chain may be as long as the file.
 */
export function cycles(names: Iterable<string>, successors: Successors): readonly (readonly string[])[] {
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
    return { name, rest: successors(name)[Symbol.iterator]() };
  }

  function leave(name: string, parent: string | undefined): void {
    if (parent !== undefined) lower(parent, lowest.get(name)!);
    if (lowest.get(name) !== order.get(name)) return;
    const component = open.splice(open.lastIndexOf(name));
    for (const member of component) isOpen.delete(member);
    if (component.length > 1) found.push(component);
  }

  function lower(name: string, to: number): void {
    lowest.set(name, Math.min(lowest.get(name)!, to));
  }
}

/**
 * The names in topological order, each one after all its successors. In a cycle some name comes before one of its
 * successors.
 */
export function topologicalOrder(names: Iterable<string>, successors: Successors): Iterable<string> {
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
    for (const needed of successors(name)) if (!entered.has(needed)) open.push(needed);
  }
  return ordered;
}
