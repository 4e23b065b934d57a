import tseslint from "typescript-eslint";

/** What is delivered is read by its types too. The tests are not: running them tells more. */
const TYPED = [
  "index.ts",
  ...["components", "callbacks", "commands", "stacks", "localcloud"].map(
    (folder) => `${folder}/**/*.ts`,
  ),
];

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/dist/**", "**/.cache/**", "coverage/**"] },
  ...tseslint.configs.recommended,
  { rules: { "max-lines": ["error", { max: 400 }] } },
  {
    files: ["**/*.ts", "**/*.tsx"],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      eqeqeq: "error",
    },
  },
  {
    files: TYPED,
    ignores: ["localcloud/test/**", "localcloud/console/**"],
    extends: [...tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { project: "./tsconfig.lint.json" } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Interfaces of this repository have functions, never `this`, behind their methods.
      "@typescript-eslint/unbound-method": "off",
      // An async function without await turns what it throws into a rejection, which is what callers expect of it.
      "@typescript-eslint/require-await": "off",
      // What was caught is passed on as it is.
      "@typescript-eslint/prefer-promise-reject-errors": [
        "error",
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
    },
  },
  {
    // What came over the wire, or from a program, is unknown and shown as text.
    files: ["localcloud/**/*.ts"],
    ignores: ["localcloud/test/**", "localcloud/console/**"],
    rules: { "@typescript-eslint/no-base-to-string": "off" },
  },
  {
    // What a #stop throws is no error: it ends templates, thousands in a second, and needs no stack.
    files: ["localcloud/vtl/evaluate/*.ts"],
    rules: { "@typescript-eslint/only-throw-error": "off" },
  },
  {
    files: ["test/**/*.ts", "localcloud/test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
  { files: ["**/*.js", "**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    // A service loads its SDK client with the first request that needs it: twelve of them take 0.8 s.
    files: [
      "localcloud/services/*/{index,api}.ts",
      "localcloud/provider/{invokes,resources}/**/*.ts",
    ],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
