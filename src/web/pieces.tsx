import type { ComponentChildren, VNode } from "preact";
import type { Shown } from "./words.ts";

/** A text whose parts between backticks are code. */
export function Code({ text }: { readonly text: string }): VNode {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

/** A state, with a glyph that says the same as its colour. */
export function State({ shown: { word, glyph, mood } }: { readonly shown: Shown }): VNode {
  return (
    <span class={`state ${mood}`}>
      <span class="glyph" aria-hidden="true">
        {glyph}
      </span>
      {word}
    </span>
  );
}

/** Something that is not there yet: shown only when it takes a while. */
export function Loading(): VNode {
  return (
    <p class="loading" role="status">
      Loading…
    </p>
  );
}

/** The heading of a screen. It gets the focus when the screen is opened. */
export function Title({ children }: { readonly children: ComponentChildren }): VNode {
  return (
    <h1 tabIndex={-1} id="title">
      {children}
    </h1>
  );
}
