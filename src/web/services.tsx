import type { VNode } from "preact";
import type { ListedService } from "../server/resource-types.ts";
import { changePolicy } from "./change.ts";
import { isReadOnly, useLive, type StackWithServices } from "./live.ts";
import { Loading, State, Title } from "./pieces.tsx";
import { addressOf } from "./route.ts";
import { Toggles } from "./toggles.tsx";
import { containersOf, sentence, stateOf } from "./words.ts";

/** The first screen: all stacks with their services. */
export function Services(): VNode {
  const { stacks, problems, connection } = useLive();
  return (
    <>
      <div class="head">
        <Title>Services</Title>
        {!isReadOnly && (
          <p class="buttons">
            <a class="button" href={addressOf({ screen: "new-stack" })}>
              New stack
            </a>
            <a class="button primary" href={addressOf({ screen: "launch" })}>
              Launch new service
            </a>
          </p>
        )}
      </div>
      {problems.map((problem) => (
        <p class="notice bad" key={problem}>
          {sentence(problem)}
        </p>
      ))}
      {!stacks && connection.kind === "loading" && <Loading />}
      {stacks?.length === 0 && problems.length === 0 && <Empty />}
      {stacks?.map((stack) => (
        <Stack key={stack.uuid} stack={stack} />
      ))}
    </>
  );
}

function Empty(): VNode {
  return (
    <div class="empty">
      <p>There is no service yet.</p>
      <p>
        Launch a service, or create a stack from its file. You can also put the file into the stacks folder of the
        server as <code>NAME/stack.yml</code>: it appears here by itself.
      </p>
    </div>
  );
}

function Stack({ stack }: { readonly stack: StackWithServices }): VNode {
  const { name, members } = stack;
  const address = addressOf({ screen: "stack", stack: name });
  return (
    <section class="card" aria-labelledby={`stack-${stack.uuid}`}>
      <div class="head">
        <h2 id={`stack-${stack.uuid}`}>
          <a href={address}>{name}</a>
        </h2>
        <span class="quiet">{summaryOf(members)}</span>
      </div>
      <StackNotes stack={stack} />
      <ServiceRows services={members} stack={name} />
    </section>
  );
}

/** What has to be done about a stack. */
export function StackNotes({ stack }: { readonly stack: StackWithServices }): VNode {
  const { has_errors: isBroken, interrupted, name } = stack;
  const address = addressOf({ screen: "stack", stack: name });
  return (
    <>
      {isBroken && (
        <p class="notice bad">
          The stack file has errors, so only services with containers are shown. <a href={address}>See the errors</a>.
        </p>
      )}
      {interrupted !== null && (
        <p class="notice">
          <code>{interrupted}</code> was interrupted. <a href={address}>Apply the stack</a> to finish it.
        </p>
      )}
    </>
  );
}

/** How the services of a stack are: a job that has ended well is well. */
export function summaryOf(services: readonly ListedService[]): string {
  const count = (mood: string): number => services.filter((service) => stateOf(service).mood === mood).length;
  if (count("good") === services.length) return services.length === 0 ? "" : "all well";
  const parts = [
    [count("bad"), "failed"],
    [count("busy"), "changing"],
    [count("off"), "not running"],
    [count("good"), "well"],
  ] as const;
  return parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(", ");
}

/** The services of a stack, with their settings in place. */
export function ServiceRows({
  services,
  stack,
}: {
  readonly services: readonly ListedService[];
  readonly stack: string;
}): VNode {
  if (services.length === 0) return <p class="quiet">The stack has no services.</p>;
  return (
    <>
      <div class="row columns" aria-hidden="true">
        <span>Service</span>
        <span>State</span>
        <span>Autorestart</span>
        <span>Autodestroy</span>
      </div>
      <ul class="rows">
        {services.map((service) => (
          <Row key={service.uuid} service={service} stack={stack} />
        ))}
      </ul>
    </>
  );
}

function Row({ service, stack }: { readonly service: ListedService; readonly stack: string }): VNode {
  const {
    name,
    image_name: image,
    synchronized: isCurrent,
    changed_by_hand: byHand,
    autorestart,
    autodestroy,
  } = service;
  const policy = { autorestart, autodestroy };
  return (
    <li class="row">
      <div class="name">
        <a href={addressOf({ screen: "service", stack, service: name })}>{name}</a>
        <span class="quiet clip" title={image}>
          {image}
        </span>
      </div>
      <div class="status">
        <State shown={stateOf(service)} />
        <span class="marks">
          <span class="quiet">{containersOf(service)}</span>
          {!isCurrent && <span class="tag">Out of date</span>}
          {byHand.length > 0 && <span class="tag">Changed by hand</span>}
        </span>
      </div>
      <Toggles of={name} policy={policy} onChange={(next) => changePolicy(service, next)} />
    </li>
  );
}
