/** A file of the page. */
export interface PageFile {
  /** As `/page.js`; the page itself is `/`. */
  readonly path: string;
  /** For the header `Content-Type`. */
  readonly type: string;
  readonly text: string;
}

/** The files of the page. The build puts what it makes of `web/` in their place: see `scripts/page.mjs`. */
export const pageFiles: readonly PageFile[] = [];
