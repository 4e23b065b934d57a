import { loadCodec, type OperationModel, type ServiceCodec } from "../../codec/model/serviceCodec";
import type { Fields } from "../../codec/model/schema";
import { client, type ClientSettings } from "../clients";
import type { ProviderContext } from "../types";

type CommandClass = new (input: Fields) => object;
type ClientClass = new (settings: ClientSettings) => {
  destroy(): void;
  send(command: object): Promise<Fields>;
};

/** A service that is called by operation names, with its schemas. */
export class Remote {
  private codec: ServiceCodec | undefined;
  private module: Readonly<Record<string, unknown>> | undefined;

  constructor(private readonly sdk: () => object) {}

  model(name: string): OperationModel {
    this.codec ??= loadCodec(this.sdk());
    const found = this.codec.operations.get(name);
    if (!found) throw new Error(`${this.codec.id} has no operation ${name}.`);
    return found;
  }

  send(name: string, input: Fields, context: ProviderContext): Promise<Fields> {
    const all = (this.module ??= { ...this.sdk() });
    const Client = Object.keys(all).find((key) => /^[A-Z]\w*Client$/.test(key)) ?? "";
    // Every client module exports one client class and a command class for each operation.
    const Command = all[`${name}Command`] as CommandClass;
    return client(all[Client] as ClientClass, context).send(new Command(input));
  }
}
