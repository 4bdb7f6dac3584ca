/** What is refused in the console's source. */
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const VAULT_WORDS = "password|account|resource|reset|disclos|vault|audit|invitation";

export default tseslint.config(
  { ignores: ["dist/", "src/api/schema.ts", "eslint.config.js"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-console": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // The entrance has one form and nothing else: its first field is where everybody goes.
      "jsx-a11y/no-autofocus": ["error", { ignoreNonDOM: true }],
      "no-restricted-globals": ["error", "localStorage", "sessionStorage"],
    },
  },
  {
    files: ["src/kit/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: `Identifier[name=/${VAULT_WORDS}/i]`, message: "kit/ has no vault words." },
        { selector: `Literal[value=/${VAULT_WORDS}/i]`, message: "kit/ has no vault words." },
      ],
    },
  },
);
