import type { VNode } from "preact";
import type { ListedService, PlanResource } from "../server/resource-types.ts";
import { activities, carryOut } from "./activity.ts";
import { ask } from "./ask.ts";
import { sentencesFor } from "./containers-now.ts";
import { isReadOnly, useLive, type StackWithServices } from "./live.ts";
import { ActivityBox } from "./activity-box.tsx";
import { Button } from "./button.tsx";
import { Loading, Title } from "./pieces.tsx";
import { confirm, QuestionDialog } from "./question.tsx";
import { addressOf } from "./route.ts";
import { ServiceRows, StackNotes, summaryOf } from "./services.tsx";
import { StackFile } from "./stack-file.tsx";
import { useStore } from "./store.ts";
import { whatIsLeft } from "./terminated.ts";
import { sentence, stateOf } from "./words.ts";

/** One stack: its services, and its file with what is wrong in it. */
export function StackScreen({ stack: name }: { readonly stack: string }): VNode {
  const { stacks, connection } = useLive();
  const stack = stacks?.find((one) => one.name === name);
  if (stack) return <Known key={stack.uuid} stack={stack} />;
  return (
    <>
      <Title>{name}</Title>
      {!stacks && connection.kind === "loading" && <Loading />}
      {stacks && (
        <p>
          There is no stack {name}. <a href={addressOf({ screen: "services" })}>All services</a>
        </p>
      )}
    </>
  );
}

function Known({ stack }: { readonly stack: StackWithServices }): VNode {
  const { name, resource_uri: uri, members } = stack;
  return (
    <>
      <p class="path">
        <a href={addressOf({ screen: "services" })}>All services</a>
      </p>
      <div class="head">
        <Title>{name}</Title>
        <span class="quiet">{summaryOf(members)}</span>
      </div>
      {!isReadOnly && <Actions stack={stack} />}
      <ActivityBox object={uri} />
      <StackNotes stack={stack} />
      <section class="card" aria-label={`Services of ${name}`}>
        <ServiceRows services={members} stack={name} />
      </section>
      <StackFile stack={stack} onApply={() => apply(stack)} />
      <QuestionDialog />
    </>
  );
}

function Actions({ stack }: { readonly stack: StackWithServices }): VNode {
  const { resource_uri: uri, has_errors: isBroken, state, name } = stack;
  const isDue = mayBeDue(stack);
  const isGoing = useStore(activities).get(uri)?.state === "going";
  const broken = isBroken ? "the stack file has errors" : undefined;
  const busy = isGoing ? "wait until the current action ends" : undefined;
  const isDown = state === "Stopped" || state === "Not running";
  const act = (verb: string, path: string): Promise<boolean> =>
    carryOut(uri, `${verb} ${name}`, { method: "POST", path: `${uri}${path}/` });
  return (
    <div class="actions">
      <Button
        kind={isDue ? "primary" : ""}
        why={busy ?? broken}
        hint={isDue ? undefined : "it seems that there is nothing to apply"}
        onClick={() => apply(stack)}
      >
        Apply…
      </Button>
      <Button why={busy ?? broken} onClick={() => act("Start", "start")}>
        Start
      </Button>
      <Button why={busy ?? broken ?? (isDown ? "nothing runs" : undefined)} onClick={() => act("Stop", "stop")}>
        Stop
      </Button>
      <Button
        why={busy ?? broken}
        onClick={async () => {
          const screen = location.hash;
          const destroyed = await sentencesFor({ stack__name: name }, "is removed, with the data inside it.");
          const lines = ["All containers are recreated as the file says. All volumes are kept."];
          if (await confirm({ title: `Redeploy ${name}?`, screen, lines, destroyed, yes: "Redeploy" }))
            await act("Redeploy", "redeploy");
        }}
      >
        Redeploy…
      </Button>
      <Button kind="danger" why={busy} onClick={() => terminate(stack)}>
        Terminate…
      </Button>
    </div>
  );
}

/** Whether an apply may have something to do, by what the list says. Only the plan knows it for sure. */
function mayBeDue({ interrupted, members }: StackWithServices): boolean {
  const isSettled = (service: ListedService): boolean =>
    service.synchronized && service.changed_by_hand.length === 0 && stateOf(service).mood === "good";
  return interrupted !== null || !members.every(isSettled);
}

/** Shows what an apply would do, and does it after a yes. */
async function apply({ resource_uri: uri, name }: StackWithServices): Promise<void> {
  const screen = location.hash;
  const plan = await ask<PlanResource>(`${uri}plan/`);
  const title = `Apply ${name}?`;
  if (!plan.ok) {
    await confirm({ title, screen, lines: [], destroyed: [sentence(plan.reason)], yes: undefined });
    return;
  }
  const { lines, destroyed, is_empty: isEmpty } = plan.value;
  const sentences = destroyed.map(sentence);
  const told = isEmpty ? ["There is nothing to do: everything is as the file says."] : lines;
  const yes = isEmpty ? undefined : "Apply";
  if (!(await confirm({ title, screen, lines: told, destroyed: sentences, yes }))) return;
  const path = `${uri}apply/${destroyed.length > 0 ? "?apply=true" : ""}`;
  await carryOut(uri, `Apply ${name}`, { method: "POST", path });
}

async function terminate({ resource_uri: uri, name }: StackWithServices): Promise<void> {
  const screen = location.hash;
  const isYes = await confirm({
    title: `Terminate ${name}?`,
    screen,
    lines: whatIsLeft(name),
    destroyed: await sentencesFor(
      { stack__name: name },
      "is removed, with the data inside it and its anonymous volumes.",
    ),
    isDanger: true,
    yes: "Terminate",
  });
  if (!isYes || !(await carryOut(uri, `Terminate ${name}`, { method: "DELETE", path: uri }))) return;
  if (location.hash === screen) location.hash = addressOf({ screen: "services" });
}
