import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/dist/**", "**/.cache/**", "coverage/**"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
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
    files: ["test/**/*.ts", "localcloud/test/**/*.ts"],
    rules: {
      "max-lines": ["error", { max: 600 }],
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
  { files: ["**/*.js", "**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    // A service loads its SDK client with the first request that needs it: twelve of them take 0.8 s.
    files: ["localcloud/services/*/{index,api}.ts", "localcloud/provider/{invokes,resources}/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
