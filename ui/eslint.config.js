/** What is refused in the console's source. */
import jsxA11y from "eslint-plugin-jsx-a11y";
import lingui from "eslint-plugin-lingui";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const VAULT_WORDS = "password|account|resource|reset|disclos|vault|audit|invitation";

/** A text begins with a capital letter or has a space; names of headers and products, units and fonts are none. */
const TEXTS = {
  ignore: ["^(?![A-Z])\\S*$", "^[A-Z0-9_]+$", "^[A-Z][A-Za-z]+(-[A-Z][A-Za-z]+)+$", "^[KMGT]iB$", "^(Strongroom|PostgreSQL|Linux|Windows|Problem|Held\\(…\\))$", "^-----", "^ssh-", "^[0-9.]+rem "],
  ignoreNames: ["className", "id", "aria-keyshortcuts", "fontFamily", "fontFamilyMonospace", "d"],
  ignoreFunctions: ["Error", "*.closest"],
  useTsTypes: true,
};

/** What that rule lets through: words without a capital, and sentences that begin with what is put into them. */
const WORD = "/^(?!\\s*Strongroom\\s*$|-----)[\\s\\S]*\\p{L}{2}/u";
const UNWRAPPED = [
  `JSXText[value=${WORD}]:not(JSXElement[openingElement.name.name='Trans'] JSXText)`,
  `JSXAttribute[name.name=/^(label|title|placeholder|aria-label|description|explain|caption|beside|[a-zA-Z]+Label|nothingFoundMessage|never)$/] > Literal[value=${WORD}]`,
  `Property[key.name=/^(label|title|hint|says|means)$/] > Literal[value=${WORD}]`,
  ":not(TaggedTemplateExpression) > TemplateLiteral:not(CallExpression[callee.name='plural'] TemplateLiteral) > TemplateElement[value.raw=/^(?!ssh-)[\\s\\S]*(\\s\\p{L}|\\p{L}[\\s:,])/u]",
].map((selector) => ({ selector, message: "This text is not wrapped: t`…`, plural or <Trans>." }));

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
    files: ["src/**"],
    plugins: { lingui },
    rules: {
      "lingui/no-unlocalized-strings": ["error", TEXTS],
      "no-restricted-syntax": ["error", ...UNWRAPPED],
    },
  },
  {
    files: ["src/kit/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...UNWRAPPED,
        { selector: `Identifier[name=/${VAULT_WORDS}/i]`, message: "kit/ has no vault words." },
        { selector: `Literal[value=/${VAULT_WORDS}/i]`, message: "kit/ has no vault words." },
      ],
    },
  },
);
