import {
  autodestroyValues,
  autorestartValues,
  isCompatible,
  removesAfterExit,
  type Policy,
} from "../lifecycle/policy.ts";

/** One of the two settings. */
export type Setting = keyof Policy;

/** The names of the settings. */
export const settingNames: Readonly<Record<Setting, string>> = {
  autorestart: "Autorestart",
  autodestroy: "Autodestroy",
};

/** The values of each setting, in the order of the buttons. */
export const valuesOf: { readonly [S in Setting]: readonly Policy[S][] } = {
  autorestart: autorestartValues,
  autodestroy: ["OFF", "ON_SUCCESS", "ON_FAILURE", "ALWAYS"],
};

/** How a value is written on its button. */
export const valueNames = {
  OFF: "Off",
  ON_SUCCESS: "On success",
  ON_FAILURE: "On failure",
  ALWAYS: "Always",
} as const satisfies Readonly<Record<Policy["autodestroy"], string>>;

/** Why two values cannot stand together, in the compiler's words; undefined when they can. */
export function conflictIn(policy: Policy): string | undefined {
  if (isCompatible(policy)) return undefined;
  return `\`autorestart: ${policy.autorestart}\` cannot be combined with \`autodestroy: ${policy.autodestroy}\``;
}

/** The same with its reason, for whoever has chosen it. */
export function reasonAgainst(policy: Policy): string | undefined {
  const conflict = conflictIn(policy);
  return conflict && `${conflict}: a container that always starts again never ends, so it cannot be removed`;
}

/** A change of both settings that makes a choice possible. */
export interface Offer {
  /** The setting that is changed as well, and its value. */
  readonly also: { readonly setting: Setting; readonly value: Policy["autodestroy"] };
  readonly policy: Policy;
}

/** How the other setting could be changed as well, so that a choice becomes possible. The first is the safest. */
export function offersFor(wished: Policy, chosen: Setting): readonly Offer[] {
  const others: readonly Policy[] =
    chosen === "autorestart"
      ? autodestroyValues.map((autodestroy) => ({ ...wished, autodestroy }))
      : autorestartValues.map((autorestart) => ({ ...wished, autorestart }));
  const setting = chosen === "autorestart" ? "autodestroy" : "autorestart";
  return others
    .filter((policy) => isCompatible(policy) && (chosen === "autorestart" || removesAfterExit(policy)))
    .map((policy) => ({ also: { setting, value: policy[setting] }, policy }));
}

/** What an offer sets: `Always, with Autodestroy off`. */
export function offerText(chosen: Policy["autodestroy"], { also: { setting, value } }: Offer): string {
  return `${valueNames[chosen]}, with ${settingNames[setting]} ${valueNames[value].toLowerCase()}`;
}
