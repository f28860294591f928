import type { VNode } from "preact";
import { startLive } from "./live.ts";
import { Title } from "./pieces.tsx";
import { tokenIn } from "./route.ts";
import { keepToken, token } from "./token.ts";

/** Asks for the token, for a page that was opened without it. */
export function AskForToken(): VNode {
  const wasWrong = token() !== "";
  const take = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement).get("token");
    const text = typeof given === "string" ? given : "";
    // Who pastes the whole address means the token in it.
    keepToken(tokenIn(text.trim().replace(/^[^#]*/, "")) ?? text);
    startLive();
  };
  return (
    <form class="card narrow" onSubmit={take}>
      <Title>This page needs the token</Title>
      {wasWrong && (
        <p class="notice bad" role="alert">
          The server does not accept this token.
        </p>
      )}
      <p>
        <code>tutum-stack serve</code> prints the address of this page when it starts. On a terminal, this address ends
        with <code>#token=…</code>: open it. In a journal or a file, the path of the token file stands after the
        address: copy the token from that file.
      </p>
      <label>
        Token
        <input name="token" type="password" autocomplete="off" required />
      </label>
      <p class="buttons">
        <button type="submit" class="primary">
          Open
        </button>
      </p>
    </form>
  );
}
