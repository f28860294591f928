import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Policy } from "../lifecycle/policy.ts";
import type { Changed } from "./change.ts";
import { isReadOnly } from "./live.ts";
import {
  offerText,
  offersFor,
  reasonAgainst,
  settingNames,
  valueNames,
  valuesOf,
  type Setting,
} from "./policy-words.ts";
import { Code } from "./pieces.tsx";
import { sentence } from "./words.ts";

interface Given {
  /** Whose settings they are: the name of a service. */
  readonly of: string;
  readonly policy: Policy;
  /** Changes both settings. Resolves when it is known what came of it. */
  readonly onChange: (policy: Policy) => Promise<Changed>;
  readonly note?: VNode | undefined;
}

/** A value that was chosen although it cannot be combined with the other setting. */
interface Wish {
  readonly setting: Setting;
  readonly policy: Policy;
}

/** Both settings as groups of buttons (reference live.md 7.2). */
export function Toggles({ of, policy, onChange }: Given): VNode {
  const [wish, setWish] = useState<Wish>();
  const [pending, setPending] = useState<Policy>();
  const [changed, setChanged] = useState<Changed>();
  // An offer is about the settings as they were.
  useEffect(() => setWish(undefined), [policy.autorestart, policy.autodestroy]);
  const change = async (next: Policy): Promise<void> => {
    setWish(undefined);
    setChanged(undefined);
    setPending(next);
    setChanged(await onChange(next));
    setPending(undefined);
  };
  const choose = (setting: Setting, value: Policy["autodestroy"]): void => {
    const next = { ...policy, [setting]: value } as Policy;
    if (isReadOnly || pending || policy[setting] === value) return;
    setChanged(undefined);
    if (reasonAgainst(next) === undefined) void change(next);
    else setWish({ setting, policy: next });
  };
  const group = (setting: Setting): VNode => (
    <ToggleGroup of={of} setting={setting} policy={pending ?? policy} isPending={!!pending} onChoose={choose} />
  );
  return (
    <>
      {group("autorestart")}
      {group("autodestroy")}
      <div class="outcome" aria-live="polite">
        {wish && <OfferBox wish={wish} onTake={change} onCancel={() => setWish(undefined)} />}
        {pending && <p class="note">Changing…</p>}
        {changed?.problem !== undefined && (
          <p class="notice bad" role="alert">
            Not changed: <Code text={sentence(changed.problem)} />
          </p>
        )}
        {changed?.note !== undefined && (
          <p class="note">
            <Code text={changed.note} />
          </p>
        )}
      </div>
    </>
  );
}

interface GroupGiven {
  readonly of: string;
  readonly setting: Setting;
  readonly policy: Policy;
  readonly isPending: boolean;
  readonly onChoose: (setting: Setting, value: Policy["autodestroy"]) => void;
}

function ToggleGroup({ of, setting, policy, isPending, onChoose }: GroupGiven): VNode {
  const name = settingNames[setting];
  return (
    <div class={`setting ${setting}`}>
      <span class="caption" aria-hidden="true">
        {name}
      </span>
      <div class={isPending ? "group pending" : "group"} role="group" aria-label={`${name} of ${of}`}>
        {valuesOf[setting].map((value) => {
          const conflict = reasonAgainst({ ...policy, [setting]: value });
          const why = conflict ?? (isReadOnly ? "this server is read-only" : undefined);
          return (
            <button
              type="button"
              key={value}
              class={conflict ? "unfit" : ""}
              aria-pressed={policy[setting] === value}
              aria-disabled={isReadOnly || isPending}
              title={why === undefined ? undefined : sentence(why).replaceAll("`", "")}
              onClick={() => onChoose(setting, value)}
            >
              {valueNames[value]}
            </button>
          );
        })}
      </div>
    </div>
  );
}

function OfferBox({
  wish: { setting, policy },
  onTake,
  onCancel,
}: {
  readonly wish: Wish;
  readonly onTake: (policy: Policy) => Promise<void>;
  readonly onCancel: () => void;
}): VNode {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    first.current?.focus();
    return () => (before as HTMLElement | null)?.focus();
  }, []);
  return (
    <div class="notice" onKeyDown={({ key }) => key === "Escape" && onCancel()}>
      <p>
        <Code text={sentence(reasonAgainst(policy) ?? "")} />
      </p>
      <p class="buttons">
        {offersFor(policy, setting).map((offer, index) => (
          <button
            type="button"
            key={offer.also.value}
            ref={index === 0 ? first : null}
            onClick={() => void onTake(offer.policy)}
          >
            {offerText(policy[setting], offer)}
          </button>
        ))}
        <button type="button" class="quiet" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </div>
  );
}
