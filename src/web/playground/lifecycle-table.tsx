import type { VNode } from "preact";
import type { Policy } from "../../lifecycle/policy.ts";
import { meaningsOf } from "../meaning-words.ts";
import { Parts } from "../meanings.tsx";
import { valueNames } from "../policy-words.ts";

/** What happens to the containers of each service when they end. */
export function LifecycleTable({
  services,
}: {
  readonly services: readonly { readonly name: string; readonly policy: Policy }[];
}): VNode | null {
  const heads = meaningsOf({ autorestart: "OFF", autodestroy: "OFF" }).map(({ when }) => when);
  if (services.length === 0) return null;
  return (
    <section class="card" aria-labelledby="lifecycle">
      <h2 id="lifecycle">What happens to a container</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label="A row for each service">
        <table>
          <thead>
            <tr>
              {["Service", "Autorestart", "Autodestroy", ...heads].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {services.map(({ name, policy }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{valueNames[policy.autorestart]}</td>
                <td>{valueNames[policy.autodestroy]}</td>
                {meaningsOf(policy).map(({ when, parts }) => (
                  <td key={when}>
                    <Parts parts={parts} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
