import { describePlatformEngine } from "../engine/platform-conformance.ts";
import { realPlatformWorld } from "../engine/platform-worlds.ts";
import { isRealSkipped, realTitle, socket } from "../engine/worlds.ts";

const title = realTitle("the adapter of live services, on a real engine");
describePlatformEngine(title, () => Promise.resolve(realPlatformWorld(socket)), { isLeftOut: isRealSkipped });
