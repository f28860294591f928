import { describeEngine } from "./conformance.ts";
import { fakeWorld, isRealSkipped, realTitle, realWorld, recordedWorld, socket } from "./worlds.ts";

describeEngine("the fake engine", () => Promise.resolve(fakeWorld()));
describeEngine("the adapter, on recorded answers", recordedWorld);
describeEngine(realTitle("the adapter, on a real engine"), () => Promise.resolve(realWorld(socket)), {
  isLeftOut: isRealSkipped,
});
