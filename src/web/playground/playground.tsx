import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TargetName } from "../../targets/index.ts";
import { Findings } from "../findings.tsx";
import { createEditor, type Editor } from "./editor.ts";
import { examples } from "./examples.ts";
import { LifecycleTable } from "./lifecycle-table.tsx";
import { Outputs } from "./outputs.tsx";
import { resultOf } from "./result.ts";

/** How long after the last key to compile, in milliseconds. */
const pause = 150;

/** The whole playground (reference live.md 7.5): a stack file on one side, what it becomes on the other. */
export function Playground(): VNode {
  const [typed, setTyped] = useState(examples[0]?.text ?? "");
  const [text, setText] = useState(typed);
  const [target, setTarget] = useState<TargetName>("compose");
  const [name, setName] = useState(examples[0]?.name ?? "stack");
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  const { files, diagnostics, services } = resultOf(text, { name, target });
  useEffect(() => {
    if (place.current) editor.current = createEditor(place.current, text, setTyped);
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => setText(typed), pause);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => editor.current?.mark(diagnostics), [text, name, target]);
  const choose = (chosen: string): void => {
    setName(chosen);
    editor.current?.replace(examples.find((one) => one.name === chosen)?.text ?? "");
  };
  return (
    <>
      <header>
        <div class="bar wide">
          <span class="brand">tutum-stack playground</span>
          <span class="quiet">Nothing leaves this page.</span>
        </div>
      </header>
      <main class="wide">
        <h1 class="hidden">Playground</h1>
        <Choices name={name} target={target} onName={setName} onTarget={setTarget} onExample={choose} />
        <div class="halves">
          <section class="card" aria-labelledby="input">
            <h2 id="input">Stack file</h2>
            <div class="editor" ref={place} />
          </section>
          <section class="card" aria-labelledby="output">
            <h2 id="output">{target === "compose" ? "Compose file" : "Swarm file"}</h2>
            <Outputs files={files} hasErrors={diagnostics.some(({ severity }) => severity === "error")} />
          </section>
        </div>
        <section class="card" aria-labelledby="findings">
          <h2 id="findings">Findings</h2>
          {diagnostics.length === 0 && <p class="quiet">There is nothing wrong.</p>}
          <Findings diagnostics={diagnostics} onShow={(diagnostic) => editor.current?.show(diagnostic)} />
        </section>
        <LifecycleTable services={services} />
      </main>
    </>
  );
}

interface ChoicesGiven {
  readonly name: string;
  readonly target: TargetName;
  readonly onName: (name: string) => void;
  readonly onTarget: (target: TargetName) => void;
  readonly onExample: (name: string) => void;
}

function Choices({ name, target, onName, onTarget, onExample }: ChoicesGiven): VNode {
  return (
    <div class="actions choices">
      <label class="inline">
        Example
        <select onChange={({ currentTarget }) => onExample(currentTarget.value)}>
          {examples.map((example) => (
            <option key={example.name}>{example.name}</option>
          ))}
        </select>
      </label>
      <label class="inline">
        Name of the stack
        <input value={name} autocomplete="off" onInput={({ currentTarget }) => onName(currentTarget.value)} />
      </label>
      <div class="group" role="group" aria-label="Target">
        {(["compose", "swarm"] as const).map((one) => (
          <button type="button" key={one} aria-pressed={target === one} onClick={() => onTarget(one)}>
            {one === "compose" ? "Compose" : "Swarm"}
          </button>
        ))}
      </div>
    </div>
  );
}
