import { request } from "node:http";
import { env } from "node:process";
import { describeEngine } from "./conformance.ts";
import { fakeWorld, realWorld, recordedWorld } from "./worlds.ts";

const socket = "/var/run/docker.sock";

const answers = await new Promise<boolean>((resolve) => {
  request({ socketPath: socket, path: "/_ping", agent: false, timeout: 5000 }, (response) => resolve(response.resume().statusCode === 200))
    .on("error", () => resolve(false))
    .end();
});
const isSkipped = !answers && !env["CI"];

describeEngine("the fake engine", () => Promise.resolve(fakeWorld()));
describeEngine("the adapter, on recorded answers", recordedWorld);
describeEngine(
  `the adapter, on a real engine${isSkipped ? ` (skipped: no engine answers at ${socket}; scripts/start-docker.sh starts one with busybox:local)` : ""}`,
  () => Promise.resolve(realWorld(socket)),
  isSkipped,
);
