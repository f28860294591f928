import { describeEngine } from "./conformance.ts";
import { fakeWorld, recordedWorld } from "./worlds.ts";

describeEngine("the fake engine", () => Promise.resolve(fakeWorld()));
describeEngine("the adapter, on recorded answers", recordedWorld);
