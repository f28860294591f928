import { uuidOf } from "../platform/identifiers.ts";
import type { Context as ActionContext } from "../platform/actions.ts";
import type { Platform } from "../platform/platform.ts";
import { failureOf } from "../platform/failure.ts";
import { createSnapshots } from "../platform/snapshot.ts";
import type { Seen, ServiceView, StackView } from "../platform/views.ts";
import type { Known, Watch } from "../platform/watch.ts";
import type { Actions, Progress } from "./actions.ts";
import { Refused } from "./refused.ts";
import type { Machine } from "./resources.ts";

/** What routes work with. */
export interface Backend {
  readonly actions: Actions;
  /** The stacks and services of this moment. Throws Refused while the engine does not answer. */
  view(): View;
  /** This machine, also while the engine does not answer. */
  machine(): Machine;
  /** What an action needs. `isYes` is the user's yes to what is destroyed. Throws Refused as `view` does. */
  context(what: string, isYes: boolean, progress: Progress): ActionContext;
  /** Waits for some milliseconds, unless the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** The variables that the image of a service brings, each as `NAME=value`; none if the engine has no such image. */
  imageEnvironment(service: ServiceView, signal: AbortSignal): Promise<readonly string[]>;
  /** Asks the engine what has become of a stack. */
  refresh(project: string, signal: AbortSignal): Promise<void>;
}

/** All that there is at one moment. */
export interface View {
  readonly platform: Platform;
  readonly stacks: readonly StackView[];
  readonly services: readonly ServiceView[];
  readonly details: Seen["details"];
  /** Why stacks cannot be shown, one sentence each. */
  readonly problems: readonly string[];
}

/** A backend on what is known by events. `now` is in milliseconds since 1970. */
export function createBackend(
  watch: Watch,
  { actions, now }: { readonly actions: Actions; readonly now: () => number },
): Backend {
  const snapshot = createSnapshots();
  const images = createImages();
  return {
    actions,
    view() {
      const { platform, seen } = reachable(watch.now());
      const { stacks, problems } = snapshot(platform, seen);
      return {
        platform,
        stacks,
        services: stacks.flatMap(({ services }) => services),
        details: seen.details,
        problems,
      };
    },
    machine() {
      const known = watch.now();
      const isReachable = known.problem === undefined;
      return {
        uuid: uuidOf("node", known.platform?.engineId ?? ""),
        name: isReachable ? known.engine.name : "localhost",
        version: isReachable ? known.engine.version : "",
        isReachable,
        containers: isReachable ? known.seen.containers.length : 0,
        now: now(),
      };
    },
    context(what, isYes, { signal, onStep }) {
      const { platform } = reachable(watch.now());
      const conversation = {
        confirm: () => Promise.resolve(isYes),
        onPlan: () => true,
        onActions: () => true,
        onStep,
      };
      return { platform, conversation, what, signal };
    },
    imageEnvironment: async (service, signal) => {
      const { platform, seen } = reachable(watch.now());
      return images(platform, imageOf(service, seen), signal);
    },
    pause: (milliseconds, signal) => watch.pause(milliseconds, signal),
    refresh: (project, signal) => watch.refresh(project, signal),
  };
}

function reachable(known: Known): Known & { readonly problem?: never } {
  if (known.problem !== undefined) throw new Refused(503, `the Docker engine does not answer: ${known.problem}`);
  return known;
}

/** The image of the newest container, by its ID; without one, the name in the file. */
function imageOf({ containers, wanted }: ServiceView, { details }: Seen): string {
  const own = containers.map(({ id }) => details.get(id)?.image).at(-1);
  return own ?? wanted?.image ?? "";
}

/** How many images are remembered. */
const mostImages = 1000;

/** Asks for the variables of images. What has an ID never changes, so it is asked for once. */
function createImages(): (platform: Platform, image: string, signal: AbortSignal) => Promise<readonly string[]> {
  const known = new Map<string, readonly string[]>();
  return async ({ engine }, image, signal) => {
    const before = known.get(image);
    if (before) return before;
    const found = await engine.image(image, signal).catch((error: unknown) => {
      if (failureOf(error)) return undefined;
      throw error;
    });
    const environment = found?.environment ?? [];
    if (known.size >= mostImages) known.clear();
    if (image.startsWith("sha256:") && found) known.set(image, environment);
    return environment;
  };
}
