import { describePlatformEngine } from "./platform-conformance.ts";
import { fakePlatformWorld, recordedPlatformWorld } from "./platform-worlds.ts";

describePlatformEngine("the fake engine of live services", () => Promise.resolve(fakePlatformWorld()));
describePlatformEngine("the adapter of live services, on recorded answers", recordedPlatformWorld);
