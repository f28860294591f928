import { render } from "preact";
import { App } from "./app.tsx";
import { startLive } from "./live.ts";
import { watchPresses } from "./press.ts";
import { takeToken, token } from "./token.ts";

takeToken();
watchPresses();
if (token() !== "") startLive();
render(<App />, document.body);
