import type { ComponentChildren, VNode } from "preact";

/** A button that stays focusable when it can do nothing, and then says why. */
export function Button({
  children,
  kind = "",
  why,
  hint,
  onClick,
}: {
  readonly children: ComponentChildren;
  readonly kind?: "" | "primary" | "danger" | "quiet";
  /** Why it can do nothing now. */
  readonly why?: string | undefined;
  /** What is told when it can do something. */
  readonly hint?: string | undefined;
  readonly onClick: () => unknown;
}): VNode {
  return (
    <button
      type="button"
      class={kind}
      aria-disabled={why !== undefined}
      title={why ?? hint}
      onClick={() => why === undefined && onClick()}
    >
      {children}
    </button>
  );
}
