import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Stack } from "../model.ts";
import { aliasConflict } from "./alias-conflict.ts";
import { balancerElsewhere } from "./balancer-elsewhere.ts";
import { circularVolumes } from "./circular-volumes.ts";
import { deadDomain } from "./dead-domain.ts";
import { deadName } from "./dead-name.ts";
import { deadRegistry } from "./dead-registry.ts";
import { deadVariable } from "./dead-variable.ts";
import { duplicateMount } from "./duplicate-mount.ts";
import { hostNetwork } from "./host-network.ts";
import { ignoredReplicas } from "./ignored-replicas.ts";
import { linkVariables } from "./link-variables.ts";
import { orphanedImage } from "./orphaned-image.ts";
import { portConflict } from "./port-conflict.ts";
import { rarelyDestroyed } from "./rarely-destroyed.ts";
import { secretInFile } from "./secret-in-file.ts";
import { selfReference } from "./self-reference.ts";
import { unknownService } from "./unknown-service.ts";
import { volumesDestroyed } from "./volumes-destroyed.ts";
import { zeroContainers } from "./zero-containers.ts";

/**
 * The checks of what a stack means, whatever the target, one file for each code. Their diagnostics are sorted later.
 */
export const rules: readonly ((stack: Stack, report: Report) => void)[] = [
  unknownService,
  selfReference,
  circularVolumes,
  aliasConflict,
  duplicateMount,
  portConflict,
  hostNetwork,
  ignoredReplicas,
  zeroContainers,
  rarelyDestroyed,
  volumesDestroyed,
  deadRegistry,
  deadDomain,
  deadName,
  deadVariable,
  linkVariables,
  balancerElsewhere,
  secretInFile,
  orphanedImage,
];
