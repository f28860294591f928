import { whenReleased } from "./press.ts";
import { token } from "./token.ts";

/** What the server has answered. */
export type Answer<T> =
  | {
      readonly ok: true;
      readonly status: number;
      readonly value: T;
      readonly etag: string | undefined;
      /** The address of the action that was begun. */
      readonly action: string | undefined;
    }
  /** The status is 0 when there is no answer at all. */
  | { readonly ok: false; readonly status: number; readonly reason: string };

/** A request to the server. A `text` is sent as YAML, and a `body` as JSON. */
export interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks the server. Never rejects. The value is a text where the answer is no JSON; with 304 there is none. While
 * something is pressed, an answer waits, so that what is shown does not change under the pointer.
 */
export async function ask<T>(path: string, question: Question = {}): Promise<Answer<T>> {
  const answer = await answerOf<T>(path, question);
  await whenReleased();
  return answer;
}

async function answerOf<T>(path: string, { method = "GET", body, text, headers }: Question): Promise<Answer<T>> {
  const type = text !== undefined ? "text/yaml" : body !== undefined ? "application/json" : undefined;
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  try {
    const response = await fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${token()}`,
        ...(type === undefined ? {} : { "Content-Type": type }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    return await read<T>(response);
  } catch {
    return { ok: false, status: 0, reason: "the server does not answer" };
  }
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const { status } = response;
  const text = await response.text();
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  const value: unknown = isJson && text !== "" ? JSON.parse(text) : text;
  if (!response.ok && status !== 304)
    return { ok: false, status, reason: reasonIn(value) ?? `the answer is ${status}` };
  return {
    ok: true,
    status,
    value: value as T,
    etag: response.headers.get("ETag") ?? undefined,
    action: response.headers.get("X-Tutum-Action-URI") ?? undefined,
  };
}

function reasonIn(value: unknown): string | undefined {
  const { error } = Object(value) as { readonly error?: unknown };
  return typeof error === "string" ? error : undefined;
}
