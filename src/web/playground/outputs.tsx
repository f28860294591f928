import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { OutputFile } from "../../targets/target.ts";

/** The files that are written, to copy or download. */
export function Outputs({
  files,
  hasErrors,
}: {
  readonly files: readonly OutputFile[];
  readonly hasErrors: boolean;
}): VNode {
  if (hasErrors) return <p class="notice bad">No file is written while there is an error.</p>;
  return (
    <>
      {files.map((file) => (
        <Output key={file.name} file={file} />
      ))}
    </>
  );
}

function Output({ file: { name, text } }: { readonly file: OutputFile }): VNode {
  const [copied, setCopied] = useState<string>();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text).then(
      () => setCopied("Copied."),
      () => setCopied("The browser does not allow it; select the text and copy it."),
    );
  };
  return (
    <div class="output">
      <div class="buttons">
        <strong>{name}</strong>
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" onClick={() => download(name, text)}>
          Download
        </button>
        <span class="quiet" role="status">
          {copied}
        </span>
      </div>
      <pre tabIndex={0} aria-label={name}>
        {text}
      </pre>
    </div>
  );
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
