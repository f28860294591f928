/** A text with changes: removed lines, inserted lines, and splices. All offsets and lines are those of the old text. */
export class Draft {
  readonly text: string;
  /** The text, with a line break added to its last line if it has none. */
  readonly #whole: string;
  readonly #starts: number[] = [0];
  readonly #splices: Splice[] = [];
  readonly #members: Lines[] = [];

  constructor(text: string) {
    this.text = text;
    const ends = [...text.matchAll(/\r\n?|\n/g)];
    for (const { index, 0: end } of ends) this.#starts.push(index + end.length);
    const isComplete = this.#starts.at(-1) === text.length;
    this.#whole = isComplete ? text : text + (ends.at(-1)?.[0] ?? "\n");
    if (!isComplete) this.#starts.push(this.#whole.length);
  }

  /** The number of lines. */
  get lines(): number {
    return this.#starts.length - 1;
  }

  /** The line of an offset, counted from 0. */
  line(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return Math.min(low, Math.max(0, this.lines - 1));
  }

  start(line: number): number {
    return this.#starts[line] ?? this.#whole.length;
  }

  /** The offset of the end of a line, before its line break. */
  end(line: number): number {
    const next = this.start(line + 1);
    const length = this.#whole.startsWith("\r\n", next - 2) ? 2 : 1;
    return Math.max(this.start(line), next - length);
  }

  /** A line without its line break. */
  content(line: number): string {
    return this.#whole.slice(this.start(line), this.end(line));
  }

  isBlank(line: number): boolean {
    return line >= 0 && line < this.lines && this.content(line).trim() === "";
  }

  /** The column of an offset: the indentation if only spaces are before it. */
  column(offset: number): number {
    return offset - this.start(this.line(offset));
  }

  /** The column of a comment that has its own line; undefined for other lines. */
  commentColumn(line: number): number | undefined {
    if (line < 0 || line >= this.lines) return undefined;
    const content = this.content(line);
    const column = content.search(/\S/);
    return content[column] === "#" ? column : undefined;
  }

  /** Replaces a part of the text. */
  splice(start: number, end: number, text: string): void {
    if (this.#whole.slice(start, end) !== text) this.#splices.push({ start, end, text });
  }

  /** Inserts lines below a line; for line -1, above the first one. */
  insertBelow(line: number, lines: readonly string[]): void {
    const neighbour = Math.max(line, 0);
    const end = this.#whole.slice(this.end(neighbour), this.start(neighbour + 1)) || "\n";
    const at = this.start(line + 1);
    this.splice(at, at, lines.map((one) => one + end).join(""));
  }

  /** Removes lines, but no blank lines around them. */
  removeLines(first: number, last: number): void {
    if (first <= last) this.splice(this.start(first), this.start(last + 1), "");
  }

  /** Removes lines, and the blank lines on one side if there are some on both. Lines up to `floor` stay. */
  removeBlock(first: number, last: number, floor: number): void {
    this.#members.push({ first, last, floor });
  }

  /** The changed text, without a last line break if it had none. */
  result(): string {
    for (const { first, last } of this.#withBlankLines()) this.removeLines(first, last);
    let result = "";
    let at = 0;
    for (const { start, end, text } of this.#splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
      result += this.#whole.slice(at, Math.max(at, start)) + text;
      at = Math.max(at, end);
    }
    result += this.#whole.slice(at);
    return this.#whole === this.text ? result : result.replace(/(\r?\n|\r)$/, "");
  }

  #withBlankLines(): readonly Lines[] {
    const joined: Lines[] = [];
    for (const block of this.#members.toSorted((a, b) => a.first - b.first)) {
      const before = joined.at(-1);
      if (before && this.#onlyBlank(before.last + 1, block.first - 1))
        joined.splice(-1, 1, { ...before, last: Math.max(before.last, block.last) });
      else joined.push(block);
    }
    return joined.map((block) => this.#withBlankLinesBeside(block));
  }

  #withBlankLinesBeside({ first, last, floor }: Lines): Lines {
    let from = first;
    let to = last;
    while (this.isBlank(to + 1)) to++;
    if (to < this.lines - 1) return { first, last: first === 0 || this.isBlank(first - 1) ? to : last, floor };
    while (from - 1 > floor && this.isBlank(from - 1)) from--;
    return { first: from, last, floor };
  }

  #onlyBlank(first: number, last: number): boolean {
    for (let line = first; line <= last; line++) if (!this.isBlank(line)) return false;
    return true;
  }
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Lines {
  readonly first: number;
  readonly last: number;
  readonly floor: number;
}
