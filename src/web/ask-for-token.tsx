import type { VNode } from "preact";
import { startLive } from "./live.ts";
import { Title } from "./pieces.tsx";
import { keepToken, token } from "./token.ts";

/** Asks for the token, for a page that was opened without it. */
export function AskForToken(): VNode {
  const wasWrong = token() !== "";
  const take = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement).get("token");
    keepToken(typeof given === "string" ? given : "");
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
        On a terminal, <code>tutum-stack serve</code> prints an address that contains the token: open it. Otherwise, it
        prints the path of the token file.
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
