import { connect } from "node:net";
import * as grpc from "@grpc/grpc-js";

/** Milliseconds for which one connection is watched before the watch is renewed. */
const CHECK_MS = 60 * 60 * 1000;

/** Milliseconds before the engine is contacted again after a failure. */
const AGAIN_MS = 500;

/**
 * Calls `onGone` when nothing listens at the engine's address any more. An engine that was killed cannot end its
 * plugins, so each of them must check:
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/util/rpcutil/healthcheck.go
 *
 * @param address `127.0.0.1:<port>`, which the engine gives a plugin as its argument.
 * @returns a function that ends the watch.
 */
export function watchEngine(address: string, onGone: () => void): () => void {
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  const channel = client.getChannel();
  let closed = false;
  const check = (): void => {
    if (closed) return;
    const state = channel.getConnectivityState(true);
    if (state === grpc.connectivityState.TRANSIENT_FAILURE) void afterFailure();
    // It fails after this time, and then checks again.
    else channel.watchConnectivityState(state, Date.now() + CHECK_MS, check);
  };
  const afterFailure = async (): Promise<void> => {
    // A connection may also fail on a slow machine.
    if (!(await isRefused(address))) return void setTimeout(check, AGAIN_MS).unref();
    if (!closed) onGone();
  };
  check();
  return () => {
    closed = true;
    client.close();
  };
}

function isRefused(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const answer = (refused: boolean): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once("connect", () => answer(false));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => answer(code === "ECONNREFUSED"));
  });
}
