/** C text as a unit, without headers and kernel. */
import {
  type CEnvironment,
  type CSettings,
  type CUnit,
  type HeaderSource,
  readC,
  renderCError,
} from "../../../grammar/c/index.js";

/** Knows nothing. */
export const NO_ENVIRONMENT: CEnvironment = {
  typeNamed: () => undefined,
  enumerator: () => undefined,
  member: () => undefined,
};

/** Headers by the path under which they are included. */
export const headersFrom = (files: Readonly<Record<string, string>>): HeaderSource => ({
  readInclude: ({ name }) => {
    const text = files[name];
    return text === undefined ? undefined : { name, text };
  },
  isKnownWithout: () => false,
  hasKernelTypes: () => false,
});

export function unitOf(text: string, settings: Partial<CSettings> = {}): CUnit {
  return readC(
    { name: "definitions.h", text },
    { headers: headersFrom({}), environment: NO_ENVIRONMENT, includes: [], ...settings },
  );
}

/** As they are printed. */
export const messagesOf = (unit: CUnit): readonly string[] => unit.errors.map((error) => renderCError(error).trimEnd());
