import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { BaseImageError, buildImage } from "../../src/docker/build-image.ts";
import { EngineError } from "../../src/docker/engine.ts";
import { longestLine } from "../../src/docker/lines.ts";
import { serve, type SocketServer } from "./docker-server.ts";

const context = new TextEncoder().encode("an archive");

/** What Docker 20.10 says, but for IDs. */
const pulled = [
  { stream: "Step 1/3 : FROM busybox" },
  { stream: "\n" },
  { status: "Pulling from library/busybox", id: "latest" },
  { status: "Downloading", progressDetail: { current: 1, total: 2 }, progress: "[=> ]", id: "ab" },
  { stream: " ---> ab550be060e3\n" },
];
const copied = [{ stream: "Step 2/3 : COPY tutum-stack /usr/local/bin/tutum-stack" }, { stream: "\n" }];
const built = [
  ...pulled,
  ...copied,
  { stream: 'Step 3/3 : ENTRYPOINT ["tutum-stack"]' },
  { aux: { ID: "sha256:ab" } },
  { stream: "Successfully built ab\n" },
  { stream: "Successfully tagged shop:1\n" },
];
const failed = (error: unknown) => ({ errorDetail: { message: error }, error });
const textOf = (entries: readonly unknown[], end = "\r\n"): string =>
  entries.map((entry) => `${JSON.stringify(entry)}${end}`).join("");

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const saying =
  (text: string, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { "Content-Type": "application/json" }).end(text);

/** Says something, and hangs up in the middle of the answer. */
const breakingAfter =
  (text: string): Answer =>
  (response) =>
    void response.writeHead(200).write(text, () => response.destroy());

/** Builds on an engine that takes in what it is sent, and then answers. */
async function build(answer: Answer, version = "1.41", patience = 5000) {
  const received: Uint8Array[] = [];
  await using server: SocketServer = await serve((request, response) => {
    if (version !== "") response.setHeader("Api-Version", version);
    if (request.url === "/_ping") response.end();
    else request.on("data", (chunk: Uint8Array) => received.push(chunk)).on("end", () => answer(response, request));
  });
  const error: unknown = await buildImage(server.endpoint, { context, tag: "shop:1", patience }).catch(
    (reason: unknown) => reason,
  );
  if (error !== undefined) expect(error).toBeInstanceOf(EngineError);
  const { message } = (error ?? {}) as Partial<Error>;
  const isBase = error instanceof BaseImageError;
  return { message, isBase, sent: Buffer.concat(received).toString(), requests: server.requests };
}

test.each([
  ["1.41", "/v1.41/build"],
  ["1.52", "/v1.45/build"],
  ["", "/build"],
])("an engine that speaks API %j gets the archive, and the image its name", async (version, path) => {
  let type: string | undefined;
  const answer: Answer = (response, { headers }) => {
    type = headers["content-type"];
    saying(textOf(built))(response, undefined as never);
  };
  const { message, sent, requests } = await build(answer, version);
  expect(message).toBeUndefined();
  expect({ type, sent }).toEqual({ type: "application/x-tar", sent: "an archive" });
  expect(requests.at(-1)).toBe(`POST ${path}?t=shop%3A1&rm=1&forcerm=1`);
});

test.each([
  ["lines that end as Podman's", textOf(built, "\n")],
  ["no image's ID but a sentence, as an older Podman says", textOf(built.filter((entry) => !("aux" in entry)))],
  ["a last line without an end", textOf(built.slice(0, -2)).trimEnd()],
  ["lines that make no sense", `nonsense\n null\n 7\n "text"\n [1]\n{"stream":{"toString":1}}\n${textOf(built)}`],
  ["a line that is too long", `{"stream":"${"x".repeat(longestLine)}"}\n${textOf(built)}`],
])("an image is built with %s", async (_, text) => {
  expect((await build(saying(text))).message).toBeUndefined();
});

test.each([
  ["nothing at all", "", "the engine stopped before the image was built"],
  ["an end in the middle", textOf([...pulled, ...copied]), "the engine stopped before the image was built"],
  ["no JSON", "<html>a portal</html>", "the engine stopped before the image was built"],
  ["an error", textOf([...pulled, ...copied, failed("no space left")]), "no space left"],
  ["an error that is no text", textOf([...pulled, ...copied, failed({ a: 1 })]), '{"a":1}'],
  ["an error and then success", textOf([...pulled, ...copied, failed(" late\n"), ...built]), "late"],
  ["a very long error", textOf([...copied, failed("x".repeat(5000))]), "x".repeat(1000)],
])("no image is built with %s", async (_, text, message) => {
  expect(await build(saying(text))).toMatchObject({ message, isBase: false });
});

test.each([
  ["nothing before it", []],
  ["the first step before it", pulled.slice(0, 3)],
  ["Podman's first step before it", [{ stream: "STEP 1/3: FROM busybox\n" }]],
])("an error with %s is about the base image", async (_, entries) => {
  expect(await build(saying(textOf([...entries, failed("manifest unknown")])))).toMatchObject({
    message: "manifest unknown",
    isBase: true,
  });
});

test("an error behind Podman's second step is not about the base image", async () => {
  const text = textOf([{ stream: "STEP 1/3: FROM busybox\n" }, { stream: "STEP 2/3: COPY a b\n" }, failed("full")]);
  expect(await build(saying(text))).toMatchObject({ message: "full", isBase: false });
});

test.each([
  [400, '{"message":"invalid reference format"}', "the engine answers 400: invalid reference format"],
  [403, "Forbidden", "the engine answers 403: Forbidden"],
  [500, "", "the engine answers 500"],
  [204, "", "the engine answers 204"],
])("an answer with status %i", async (status, text, message) => {
  expect(await build(saying(text, status))).toMatchObject({ message, isBase: false });
});

test.each([
  ["at once", (response: ServerResponse) => void response.destroy()],
  ["in the first step", breakingAfter(textOf(pulled.slice(0, 3)))],
  ["when the image is built, but has no name yet", breakingAfter(textOf(built.slice(0, -2)))],
])("a connection that breaks %s", async (_, answer) => {
  expect(await build(answer)).toMatchObject({
    message: expect.stringMatching(/^no answer from the engine: /),
    isBase: false,
  });
});

test("an engine that falls silent", async () => {
  const stalled: Answer = (response) => void response.writeHead(200).write(textOf(pulled));
  for (const answer of [stalled, () => {}])
    expect((await build(answer, "1.41", 200)).message).toBe("the engine was silent for 0.2 s");
});

test("an engine that is not there", async () => {
  const call = buildImage({ kind: "socket", path: "/nowhere/docker.sock" }, { context, tag: "shop:1" });
  await expect(call).rejects.toMatchObject({ failure: "unreachable" });
});
