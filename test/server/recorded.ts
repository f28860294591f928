/** A request that an original client has sent, and the status of its answer. UUIDs are written as `{service hello}`. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  /** How the client said who it is: `Basic` or `ApiKey`. */
  readonly scheme: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** Gives names to the UUIDs of answers, so that what was recorded with some of them can be repeated with others. */
export class Names {
  readonly #names = new Map<string, string>();
  readonly #uuids = new Map<string, string>();

  /** Remembers the objects of an answer by what they are called. */
  learn(headers: Readonly<Record<string, string | readonly string[] | undefined>>, text: string): void {
    const action = headers["x-tutum-action-uri"] ?? headers["x-dockercloud-action-uri"];
    if (typeof action === "string") this.#keep("last action", identifier(action));
    if (!text.startsWith("{")) return;
    const answer = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const objects = Array.isArray(answer["objects"]) ? (answer["objects"] as unknown[]) : [answer];
    for (const [index, one] of objects.entries()) {
      const { uuid: own, resource_uri: uri, name } = one as Readonly<Record<string, string>>;
      const kind = /\/(\w+)\/[^/]+\/$/.exec(uri ?? "")?.[1];
      if (kind !== undefined && own !== undefined) this.#keep(`${kind} ${name ?? index}`, own);
    }
  }

  /** The text with names in place of UUIDs. */
  hide(text: string): string {
    return text.replace(uuid, (found) => (this.#names.has(found) ? `{${this.#names.get(found)}}` : found));
  }

  /** The text with UUIDs in place of names. */
  show(text: string): string {
    return text.replace(
      /\{((?:last action|service|stack|container|action|node)(?: [\w.-]+)?)\}/g,
      (whole, name: string) => {
        return this.#uuids.get(name) ?? whole;
      },
    );
  }

  #keep(name: string, own: string): void {
    this.#names.set(own, name);
    this.#uuids.set(name, own);
  }
}

function identifier(uri: string): string {
  return uri.replace(/\/$/, "").split("/").at(-1)!;
}
