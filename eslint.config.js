import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["build/", "dist/", ".cache/"]),
  {
    // A rule that does not hold is changed here, for everyone, and not switched off in a comment.
    linterOptions: { noInlineConfig: true },
    rules: {
      eqeqeq: "error",
      "no-console": "off",
      "no-else-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  {
    // Not seen by the type checker.
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: { Buffer: false, URL: false, clearInterval: false, console: false, process: false, setInterval: false },
    },
    rules: { "no-undef": "error", "no-unused-vars": ["error", { varsIgnorePattern: "^_" }] },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-unused-vars": "off", // the type checker does that
      // What `noUncheckedIndexedAccess` makes necessary where an index is known to be good.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/only-throw-error": "error",
    },
  },
);
