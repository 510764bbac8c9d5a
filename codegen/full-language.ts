/** The whole language, as users know it. Only entries name it: the compiler is handed what it is to know. */
import { BUILTINS, FUNCTIONS_BESIDE_BUILTINS } from "./builtins/index.js";
import { FUNCTIONS } from "./functions/index.js";
import { defineLanguage, type Language } from "./language/language.js";
import type { ProviderDefinition } from "./language/provider.js";
import { LIBRARY } from "./library.js";
import { PROVIDERS } from "./providers/index.js";

export const FULL_LANGUAGE: Language = defineLanguage({
  functions: [...FUNCTIONS, ...FUNCTIONS_BESIDE_BUILTINS],
  builtins: BUILTINS,
  // A point is only ever handed to the provider that made it, so its type may be forgotten here.
  providers: Object.values(PROVIDERS) as readonly ProviderDefinition[],
  library: LIBRARY,
});
