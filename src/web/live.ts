import type { ListedService, NodeResource, StackResource } from "../server/resource-types.ts";
import { ask } from "./ask.ts";
import { startListPoll, type List, type WholeList } from "./list.ts";
import type { Poll } from "./poll.ts";
import { Store, useStore } from "./store.ts";

/** Whether the server refuses changes. */
export const isReadOnly = document.documentElement.hasAttribute("data-read-only");

/** How the page knows what it shows. */
export type Connection =
  /** With `token`, it is missing or wrong. */
  | { readonly kind: "loading" | "live" | "token" }
  | { readonly kind: "server" | "engine" | "trouble"; readonly reason: string; readonly since: Date };

/** A stack with its services. */
export interface StackWithServices extends StackResource {
  readonly members: readonly ListedService[];
}

/** What is known at this moment. */
export interface Live {
  readonly connection: Connection;
  /** Undefined before the first answer. */
  readonly stacks: readonly StackWithServices[] | undefined;
  /** Why some stacks cannot be shown. */
  readonly problems: readonly string[];
  readonly machine: NodeResource | undefined;
}

interface Polls {
  readonly stacks: Poll<WholeList<StackResource>>;
  readonly services: Poll<WholeList<ListedService>>;
}

const live = new Store<Live>({ connection: { kind: "token" }, stacks: undefined, problems: [], machine: undefined });
let polls: Polls | undefined;

/** What is known; the component is shown again when that changes. */
export function useLive(): Live {
  return useStore(live);
}

/** Begins to keep the lists up to date, with the token that there is now. */
export function startLive(): void {
  polls?.stacks.stop();
  polls?.services.stop();
  const own = (polls = {
    stacks: startListPoll<StackResource>("/api/v1/stack/"),
    services: startListPoll<ListedService>("/api/v1/service/"),
  });
  const update = (): void => {
    if (polls === own) live.set({ ...live.value, connection: connectionOf(own), ...stacksIn(own) });
  };
  own.stacks.state.subscribe(update);
  own.services.state.subscribe(update);
  update();
  void ask<List<NodeResource>>("/api/v1/node/").then((answer) => {
    if (answer.ok) live.set({ ...live.value, machine: answer.value.objects[0] });
  });
}

function connectionOf({ stacks, services }: Polls): Connection {
  const [one, other] = [stacks.state.value, services.state.value];
  const failure = one.failure ?? other.failure;
  if (!failure) return { kind: one.value && other.value ? "live" : "loading" };
  const { status, reason, since } = failure;
  if (status === 401) return { kind: "token" };
  return { kind: status === 0 ? "server" : status === 503 ? "engine" : "trouble", reason, since };
}

function stacksIn({ stacks, services }: Polls): Pick<Live, "stacks" | "problems"> {
  const [all, members] = [stacks.state.value.value, services.state.value.value];
  if (!all || !members) return { stacks: undefined, problems: [] };
  const withServices = all.objects.map((stack): StackWithServices => ({
    ...stack,
    members: members.objects.filter((service) => service.stack === stack.resource_uri),
  }));
  return { stacks: withServices, problems: all.problems ?? [] };
}

/** Shows a service as a change has answered, until the next answer of the list. */
export function showChanged(service: ListedService): void {
  const before = polls?.services.state.value.value;
  if (!polls || !before) return;
  const objects = before.objects.map((one) => (one.uuid === service.uuid ? service : one));
  polls.services.set({ ...before, objects, parts: [] });
}

/** Resolves to a stack once it is in the list, and to undefined if that takes 10 s. */
export function whenListed(isMeant: (stack: StackWithServices) => boolean): Promise<StackWithServices | undefined> {
  return new Promise((resolve) => {
    const settle = (found: StackWithServices | undefined): void => {
      clearTimeout(timer);
      stop();
      resolve(found);
    };
    const look = (): void => {
      const found = live.value.stacks?.find(isMeant);
      if (found) settle(found);
    };
    const timer = setTimeout(() => settle(undefined), 10_000);
    const stop = live.subscribe(look);
    look();
  });
}
