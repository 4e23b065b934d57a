import tseslint from "typescript-eslint";

/** The arrows of the architecture: a folder may import only what its name allows. */
const layer = (files, forbidden, why) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: [{ group: forbidden, message: why }] }],
  },
});

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/dist/**", "**/.cache/**", "coverage/**"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "max-lines": ["error", { max: 400 }],
      eqeqeq: "error",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines": ["error", { max: 600 }],
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
  { files: ["**/*.js", "**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    // A service loads its SDK client with the first request that needs it: twelve of them take 0.8 s.
    files: ["localcloud/services/*/{index,api}.ts", "localcloud/provider/resources/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  layer(
    ["callbacks/**/*.ts"],
    [
      "@pulumi/*",
      "**/components/**",
      "**/stacks/**",
      "**/localcloud/**",
      "aws-callbacks-localcloud",
    ],
    "Callbacks run in Lambda: they import nothing of the deployment.",
  ),
  layer(
    ["components/**/*.ts"],
    ["**/stacks/**", "**/localcloud/**", "aws-callbacks-localcloud", "**/test/**"],
    "Components are bricks: they know no program and no emulator.",
  ),
  layer(
    ["stacks/**/*.ts"],
    ["**/localcloud/**", "aws-callbacks-localcloud", "**/test/**"],
    "Stacks deploy to real AWS unchanged: they know no emulator.",
  ),
  layer(
    ["localcloud/**/*.ts"],
    ["**/components/**", "**/callbacks/**", "**/stacks/**", "aws-callbacks"],
    "The local cloud knows AWS, not our components.",
  ),
);
