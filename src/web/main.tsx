import { render } from "preact";
import { App } from "./app.tsx";
import { startLive } from "./live.ts";
import { takeToken, token } from "./token.ts";

takeToken();
if (token() !== "") startLive();
render(<App />, document.body);
