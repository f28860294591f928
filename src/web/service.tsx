import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { ContainerResource, ListedService } from "../server/resource-types.ts";
import { activities, carryOut } from "./activity.ts";
import { sentencesFor } from "./containers-now.ts";
import { changePolicy } from "./change.ts";
import { isReadOnly, useLive } from "./live.ts";
import { startListPoll } from "./list.ts";
import { Logs } from "./logs.tsx";
import { Meanings } from "./meanings.tsx";
import { ActivityBox } from "./activity-box.tsx";
import { Button } from "./button.tsx";
import { Loading, State, Title } from "./pieces.tsx";
import { confirm, QuestionDialog } from "./question.tsx";
import { addressOf } from "./route.ts";
import { Runs } from "./runs.tsx";
import { useStore } from "./store.ts";
import { Toggles } from "./toggles.tsx";
import { usePoll } from "./use-poll.ts";
import { whatIsLeft } from "./terminated.ts";
import { timeOf } from "./run-words.ts";
import { containersOf, stateOf } from "./words.ts";

/** One service: its settings and what they mean, its runs, containers and logs. */
export function ServiceScreen({ stack, service: name }: { readonly stack: string; readonly service: string }): VNode {
  const { stacks, connection } = useLive();
  const service = stacks?.find((one) => one.name === stack)?.members.find((one) => one.name === name);
  if (service) return <Known key={service.uuid} service={service} stack={stack} />;
  return (
    <>
      <Title>{name}</Title>
      {!stacks && connection.kind === "loading" && <Loading />}
      {stacks && (
        <p>
          There is no service {name} in the stack {stack}. <a href={addressOf({ screen: "services" })}>All services</a>
        </p>
      )}
    </>
  );
}

function Known({ service, stack }: { readonly service: ListedService; readonly stack: string }): VNode {
  const { name, image_name: image, resource_uri: uri, autorestart, autodestroy } = service;
  const { value } = usePoll(() => startListPoll<ContainerResource>("/api/v1/container/", { service: service.uuid }));
  const shown = value?.objects ?? [];
  const policy = { autorestart, autodestroy };
  return (
    <>
      <p class="path">
        <a href={addressOf({ screen: "services" })}>All services</a> /{" "}
        <a href={addressOf({ screen: "stack", stack })}>{stack}</a>
      </p>
      <div class="head">
        <Title>{name}</Title>
        <State shown={stateOf(service)} />
        <span class="quiet">
          {containersOf(service)} · <code>{image}</code>
        </span>
      </div>
      {!isReadOnly && <Actions service={service} />}
      <ActivityBox object={uri} />
      <section class="card" aria-labelledby="settings">
        <h2 id="settings">When a container ends</h2>
        <div class="settings">
          <Toggles of={name} policy={policy} onChange={(next) => changePolicy(service, next)} />
        </div>
        <Meanings policy={policy} />
      </section>
      <ServiceNotes service={service} stack={stack} />
      <Runs service={service} />
      <Containers containers={shown} />
      <Logs service={service} />
      <QuestionDialog />
    </>
  );
}

function ServiceNotes({ service, stack }: { readonly service: ListedService; readonly stack: string }): VNode {
  const { changed_by_hand: byHand, synchronized: isCurrent, name } = service;
  const address = addressOf({ screen: "stack", stack });
  return (
    <>
      {byHand.length > 0 && (
        <p class="notice">
          Changed by hand: the restart policy of {byHand.join(", ")} is not the one in the file. Apply{" "}
          <a href={address}>the stack</a> to restore it.
        </p>
      )}
      {!isCurrent && (
        <p class="notice">
          Out of date: the file was changed after {name} was last deployed. Redeploy {name}, or apply{" "}
          <a href={address}>the stack</a>.
        </p>
      )}
    </>
  );
}

function Actions({ service }: { readonly service: ListedService }): VNode {
  const { state, name } = service;
  const only = useLive().stacks?.find(({ members }) => members.length === 1 && members[0]?.uuid === service.uuid);
  const [typed, setTyped] = useState<string>();
  const isGoing = useStore(activities).get(service.resource_uri)?.state === "going";
  const busy = isGoing ? "wait until the current action ends" : undefined;
  const isUp = state === "Running" || state === "Partly running";
  const now = String(service.target_num_containers);
  const wished = typed ?? now;
  const isNew = /^\d+$/.test(wished) && Number(wished) !== Number(now);
  return (
    <div class="actions">
      <Button
        kind={isUp ? "" : "primary"}
        why={busy ?? (state === "Running" ? `${name} runs already` : undefined)}
        onClick={() => start(service)}
      >
        {hasEnded(service) ? "Run again" : "Start"}
      </Button>
      <Button
        why={busy ?? (isUp || state === "Starting" ? undefined : `${name} does not run`)}
        onClick={() => stop(service)}
      >
        Stop
      </Button>
      <Button why={busy} onClick={() => redeploy(service)}>
        Redeploy…
      </Button>
      <form
        class="scale"
        onSubmit={(event) => {
          event.preventDefault();
          // What was typed meanwhile stays.
          const forget = (): void => setTyped((latest) => (latest === wished ? undefined : latest));
          if (isNew && busy === undefined) void scale(service, Number(wished)).then(forget);
        }}
      >
        <label>
          Containers
          <input
            type="number"
            min="0"
            max="100"
            value={wished}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        <button type="submit" aria-disabled={busy !== undefined || !isNew}>
          Scale
        </button>
      </form>
      <Button kind="danger" why={busy} onClick={() => terminate(service, only?.name)}>
        Terminate…
      </Button>
    </div>
  );
}

function hasEnded({ status }: ListedService): boolean {
  return status === "Finished" || status === "Cleaned up" || status.startsWith("Failed");
}

function start({ resource_uri: uri, name }: ListedService): Promise<boolean> {
  return carryOut(uri, `Start ${name}`, { method: "POST", path: `${uri}start/` });
}

function stop({ resource_uri: uri, name }: ListedService): Promise<boolean> {
  return carryOut(uri, `Stop ${name}`, { method: "POST", path: `${uri}stop/` });
}

async function redeploy({ resource_uri: uri, name, uuid }: ListedService): Promise<void> {
  const screen = location.hash;
  const isYes = await confirm({
    title: `Redeploy ${name}?`,
    screen,
    lines: ["Its containers are recreated as the file says.", "All volumes are kept."],
    destroyed: await sentencesFor({ service: uuid }, "is removed, with the data inside it."),
    yes: "Redeploy",
  });
  if (isYes) await carryOut(uri, `Redeploy ${name}`, { method: "POST", path: `${uri}redeploy/` });
}

async function scale(service: ListedService, count: number): Promise<void> {
  const screen = location.hash;
  const { resource_uri: uri, name, uuid, target_num_containers: before } = service;
  const all = count > before ? [] : await sentencesFor({ service: uuid }, "is removed, with the data inside it.");
  const title = `Scale ${name} to ${count}`;
  const destroyed = all.slice(count);
  const isYes =
    destroyed.length === 0 || (await confirm({ title: `${title}?`, screen, lines: [], destroyed, yes: "Scale" }));
  if (isYes) await carryOut(uri, title, { method: "PATCH", path: uri, body: { target_num_containers: count } });
}

/** Terminates a service, and with it the stack that has no other service. */
async function terminate({ resource_uri: uri, name, uuid }: ListedService, stack: string | undefined): Promise<void> {
  const screen = location.hash;
  const isYes = await confirm({
    title: `Terminate ${name}?`,
    screen,
    lines: stack
      ? [`The stack ${stack} has no other service, so it is terminated, too.`, ...whatIsLeft(stack)]
      : ["The service is removed from the stack file. Named volumes are kept."],
    destroyed: await sentencesFor({ service: uuid }, "is removed, with the data inside it and its anonymous volumes."),
    isDanger: true,
    yes: "Terminate",
  });
  if (!isYes) return;
  const isDone = await carryOut(uri, `Terminate ${name}`, { method: "DELETE", path: uri });
  if (isDone && location.hash === screen) location.hash = addressOf({ screen: "services" });
}

function Containers({ containers }: { readonly containers: readonly ContainerResource[] }): VNode {
  const now = new Date();
  return (
    <section class="card" aria-labelledby="containers">
      <h2 id="containers">Containers</h2>
      {containers.length === 0 && <p class="quiet">There are no containers.</p>}
      <ul class="plain">
        {containers.map((container) => (
          <li key={container.uuid} class="line">
            <strong>{container.name}</strong>
            <State shown={stateOfContainer(container)} />
            <span class="quiet">
              {container.stopped_datetime
                ? `ended ${timeOf(container.stopped_datetime, now)}`
                : container.started_datetime && `started ${timeOf(container.started_datetime, now)}`}
            </span>
            {container.exit_code_msg && <span class="bad-text">{container.exit_code_msg}</span>}
            <Ports container={container} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateOfContainer({ state, exit_code: code }: ContainerResource): ReturnType<typeof stateOf> {
  if (code === null) return stateOf({ state, status: state });
  return stateOf({ state, status: code === 0 ? "Finished" : `Failed (${code})` });
}

function Ports({ container: { container_ports: ports } }: { readonly container: ContainerResource }): VNode {
  const published = ports.filter(({ outer_port: outer }) => outer !== null);
  return (
    <>
      {published.map(({ outer_port: outer, inner_port: inner, endpoint_uri: uri }) => (
        <span class="quiet" key={outer}>
          {uri?.startsWith("http") ? (
            <a href={uri} rel="noreferrer" target="_blank">
              port {outer}
            </a>
          ) : (
            `port ${outer}`
          )}{" "}
          → {inner}
        </span>
      ))}
    </>
  );
}
