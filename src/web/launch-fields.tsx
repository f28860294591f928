import type { ComponentChildren, VNode } from "preact";
import { Field, Rows } from "./fields.tsx";
import type { LaunchForm } from "./launch-form.ts";
import { useLive } from "./live.ts";
import { Meanings } from "./meanings.tsx";
import { whyNotService } from "./service-name.ts";
import { Toggles } from "./toggles.tsx";

interface Given {
  readonly form: LaunchForm;
  readonly onChange: (form: LaunchForm) => void;
}

/** The fields of the form, in the steps of the old wizard. */
export function LaunchFields({ form, onChange }: Given): VNode {
  return (
    <div>
      <Step title="Image selection">
        <Field
          label="Image"
          hint="For example nginx:1.27, or registry.example/team/app"
          value={form.image}
          required
          onInput={(image) => onChange({ ...form, image })}
        />
      </Step>
      <Configuration form={form} onChange={onChange} />
      <Step title="Environment">
        <Rows
          list="environment"
          form={form}
          onChange={onChange}
          add="Add a variable"
          fields={[
            { name: "key", label: "Name" },
            { name: "value", label: "Value" },
          ]}
        />
      </Step>
      <Connections form={form} onChange={onChange} />
    </div>
  );
}

function Configuration({ form, onChange }: Given): VNode {
  const { name, command, count, policy } = form;
  return (
    <Step title="Service configuration">
      <div class="pair">
        <Field
          label="Name"
          hint="If empty, the name of the image"
          problem={whyNotService(name.trim())}
          value={name}
          onInput={(text) => onChange({ ...form, name: text })}
        />
        <Field
          label="Number of containers"
          isNumber
          value={count}
          onInput={(text) => onChange({ ...form, count: text })}
        />
      </div>
      <Field
        label="Run command"
        hint="If empty, the command of the image"
        value={command}
        onInput={(text) => onChange({ ...form, command: text })}
      />
      <div class="settings">
        <Toggles
          of="the new service"
          policy={policy}
          onChange={(next) => {
            onChange({ ...form, policy: next });
            return Promise.resolve({ problem: undefined, note: undefined });
          }}
        />
      </div>
      <Meanings policy={policy} />
    </Step>
  );
}

function Connections({ form, onChange }: Given): VNode {
  const services = (useLive().stacks ?? []).flatMap(({ name, members }) =>
    members.map((member) => ({ value: `${member.name}.${name}`, label: `${member.name} in ${name}` })),
  );
  return (
    <Step title="Ports, links and volumes">
      <Rows
        list="ports"
        form={form}
        onChange={onChange}
        add="Add a port"
        fields={[
          { name: "inner", label: "Port of the container", isNumber: true },
          { name: "outer", label: "Port of this machine", hint: "If empty, any free port", isNumber: true },
          {
            name: "protocol",
            label: "Protocol",
            choices: [
              { value: "tcp", label: "TCP" },
              { value: "udp", label: "UDP" },
            ],
          },
        ]}
      />
      <Rows
        list="links"
        form={form}
        onChange={onChange}
        add="Add a link"
        fields={[
          { name: "service", label: "Linked service", choices: [{ value: "", label: "Choose…" }, ...services] },
          { name: "alias", label: "Name in the container", hint: "If empty, the name of the service" },
        ]}
      />
      <Rows
        list="volumes"
        form={form}
        onChange={onChange}
        add="Add a volume"
        fields={[
          { name: "path", label: "Path in the container", hint: "For example /data" },
          { name: "host", label: "Path on this machine", hint: "If empty, an anonymous volume" },
          {
            name: "access",
            label: "Access",
            choices: [
              { value: "rw", label: "Read and write" },
              { value: "ro", label: "Read only" },
            ],
          },
        ]}
      />
    </Step>
  );
}

function Step({ title, children }: { readonly title: string; readonly children: ComponentChildren }): VNode {
  return (
    <fieldset class="card">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
