import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { Code } from "./pieces.tsx";
import { emptyRows, type LaunchForm, type Lists } from "./launch-form.ts";
import { sentence } from "./words.ts";

interface FieldGiven {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
  /** What is wrong with the value. It is shown instead of the hint. */
  readonly problem?: string | undefined;
  readonly isNumber?: boolean | undefined;
  readonly required?: boolean;
  /** For a field that can have only some values. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[] | undefined;
  readonly onInput: (value: string) => void;
}

/** A field with its label, and a hint that stays while one types. */
export function Field(given: FieldGiven): VNode {
  const { label, value, hint, problem, isNumber, required = false, choices, onInput } = given;
  const id = useId();
  const told = problem === undefined ? hint : sentence(problem);
  const described = told === undefined ? undefined : `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {choices ? (
        <select id={id} value={value} onChange={({ currentTarget }) => onInput(currentTarget.value)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          inputmode={isNumber ? "numeric" : "text"}
          value={value}
          required={required}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={described}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      )}
      {told !== undefined && (
        <span class={problem === undefined ? "hint" : "hint bad-text"} id={described} aria-live="polite">
          <Code text={told} />
        </span>
      )}
    </div>
  );
}

interface RowsGiven<L extends Lists> {
  readonly list: L;
  readonly form: LaunchForm;
  readonly onChange: (form: LaunchForm) => void;
  /** The word on the button that adds a line. */
  readonly add: string;
  readonly fields: readonly (Omit<FieldGiven, "value" | "onInput"> & {
    readonly name: keyof LaunchForm[L][number] & string;
  })[];
}

/** Any number of lines with the same fields. */
export function Rows<L extends Lists>({ list, form, onChange, add, fields }: RowsGiven<L>): VNode {
  const rows = form[list] as readonly Readonly<Record<string, string>>[];
  const change = (next: readonly Readonly<Record<string, string>>[]): void => onChange({ ...form, [list]: next });
  return (
    <div class="lists">
      {rows.map((row, index) => (
        <div class="fields" key={index} role="group" aria-label={`${add.replace("Add a ", "")} ${index + 1}`}>
          {fields.map(({ name, ...field }) => (
            <Field
              key={name}
              {...field}
              value={row[name] ?? ""}
              onInput={(value) => change(rows.with(index, { ...row, [name]: value }))}
            />
          ))}
          <button type="button" class="quiet" onClick={() => change(rows.toSpliced(index, 1))}>
            Remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => change([...rows, emptyRows[list]])}>
        {add}
      </button>
    </div>
  );
}
