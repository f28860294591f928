import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { slipCodes } from "../../src/diagnostics/catalogue/slips.ts";

/** Files that look like a slip and are none. */
const lookAlikes: Readonly<Record<string, readonly string[]>> = {
  "indented-file": [
    "  web:\n    image: nginx\n  db:\n    image: redis\n",
    "  # a comment\nweb:\n  image: nginx\n",
    "---\n web:\n   image: nginx\n",
    "    web: &base\n      image: nginx\n    db: *base\n# the end\n",
    "  {web: {image: nginx},\n  db: {image: redis}}\n",
  ],
  "missing-dash": [
    "web:\n  image: nginx\n  environment:\n    A: 1\n    B: 2\n",
    "web:\n  image: nginx\n  command:\n    npm\n    start\n",
    "web:\n  image: nginx\n  environment:\n    - OPTIONS=-Xmx512m\n      -Dmode=fast\n",
    "web:\n  image: nginx\n  ports:\n  - 80\n  - 81\n",
    "web:\n  image: nginx\n  ports:\n    -\n      80\n",
  ],
  "missing-space": [
    "web:\n  image: nginx:1.27\n",
    "web:\n  image: nginx\n  command: -v\n",
    "web:\n  image: nginx\n  environment:\n    - A=b:c\n",
    "web:\n  image: nginx\n  environment:\n    URL: http://example.com\n",
    'web: {"image":"nginx"}\n',
  ],
  quotes: [
    'web:\n  image: nginx\n  command: echo "it\'s here"\n',
    'web:\n  image: nginx\n  environment:\n    - A="b"\n',
    "web:\n  image: nginx\n  environment:\n    - A=5'6\n",
    "web:\n  image: nginx\n  environment:\n    - 'A=\"b'\n",
    'web:\n  image: nginx\n  command: "echo\n    hello"\n',
  ],
  indentation: [
    "web:\n     image: nginx\ndb:\n image: redis\n",
    'web:\n  image: nginx\n  ports:\n  - "80:80"\n  tty: true\n',
    "web:\n  image: nginx\n  environment:\n          A: 1\n  tty: true\n",
    "web:\n  image: nginx\n  command: >\n       echo\n       hello\n",
    "web:\n  image: nginx\n  environment:\n    IMAGE: a\n    TTY: b\n",
  ],
};

describe.each(Object.entries(lookAlikes))("no slip is seen where there is none: %s", (_, texts) => {
  test.each(texts)("%j", (text) => {
    const { diagnostics } = compile(text, { name: "shop" });
    expect(diagnostics.filter(({ code, severity }) => severity === "error" || code in slipCodes)).toEqual([]);
  });
});
