import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A request that is not carried out: the answer has this status, and the reason as its error. */
export class Refused extends Error {
  readonly status: ContentfulStatusCode;

  constructor(status: ContentfulStatusCode, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** The body of an answer that refuses. The old clients show it as it is, so it is one line. */
export function errorBody(reason: string): { readonly error: string } {
  return { error: reason.replace(/\s*[\r\n]+\s*/g, "; ") };
}
