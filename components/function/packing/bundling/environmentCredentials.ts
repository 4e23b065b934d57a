import type { Plugin } from "esbuild";
import * as path from "node:path";

/**
 * Lambda passes the credentials of a function's role in environment variables, where the SDK looks first. The SDK's
 * other sources (profiles, SSO, web identity, instance metadata) take 140 kB and a quarter of a client's start time, so
 * they are left out of a callback for Lambda.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const environmentCredentials: Plugin = {
  name: "environment-credentials",
  setup(build) {
    const namespace = "environment-credentials";
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, async (args) => {
      if (args.kind !== "import-statement" || args.pluginData === RESOLVING) return undefined;
      const { importer, kind, resolveDir } = args;
      const options = { importer, kind, resolveDir, pluginData: RESOLVING };
      const real = await build.resolve(args.path, options);
      return real.errors.length > 0 ? undefined : { path: real.path, namespace };
    });
    build.onLoad({ filter: /./, namespace }, (args) => ({
      contents: [
        `export * from ${JSON.stringify(args.path)};`,
        `export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";`,
      ].join("\n"),
      resolveDir: path.dirname(args.path),
    }));
  },
};

const RESOLVING = Symbol("resolving");
