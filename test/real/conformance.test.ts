import { describeEngine } from "../engine/conformance.ts";
import { isRealSkipped, realTitle, realWorld, socket } from "../engine/worlds.ts";

describeEngine(realTitle("the adapter, on a real engine"), () => Promise.resolve(realWorld(socket)), {
  isLeftOut: isRealSkipped,
});
