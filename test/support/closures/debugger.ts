import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { SourceMap, type SourceMapPayload } from "node:module";
import type { Socket } from "node:net";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

interface Script {
  readonly url: string;
  readonly text: string;
  readonly map: SourceMap;
}

/** https://chromedevtools.github.io/devtools-protocol/v8/Debugger/#event-paused */
interface Paused {
  readonly callFrames: readonly {
    readonly location: { readonly lineNumber: number; readonly columnNumber: number };
  }[];
}

/** A client of Node.js's debugger protocol, which is JSON on a WebSocket. */
export class Debugger {
  private readonly events: Message[] = [];
  private readonly waiting: {
    matches(message: Message): boolean;
    resolve(message: Message): void;
  }[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private lastId = 0;

  private constructor(private readonly socket: Socket) {
    socket.on("data", (bytes) => this.read(bytes));
  }

  static async attach(port: number): Promise<Debugger> {
    const list = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [{ id }] = (await list.json()) as { id: string }[];
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Version": "13",
    };
    const socket = await new Promise<Socket>((resolve, reject) => {
      request({ host: "127.0.0.1", port, path: `/${id}`, headers })
        .once("upgrade", (_response, upgraded) => resolve(upgraded as Socket))
        .once("error", reject)
        .end();
    });
    const attached = new Debugger(socket);
    await attached.send("Runtime.enable");
    await attached.send("Debugger.enable");
    return attached;
  }

  /** Returns the script with this URL, and its source map. */
  async script(address: RegExp): Promise<Script> {
    const { params = {} } = await this.message(
      ({ method, params: script }) =>
        method === "Debugger.scriptParsed" && address.test(String(script?.url)),
    );
    const mapUrl = String(params.sourceMapURL);
    const json = Buffer.from(mapUrl.slice(mapUrl.indexOf(",") + 1), "base64").toString();
    const source = await this.send("Debugger.getScriptSource", { scriptId: params.scriptId });
    return {
      url: String(params.url),
      text: String(source.result?.scriptSource),
      map: new SourceMap(JSON.parse(json) as SourceMapPayload),
    };
  }

  pauseOnExceptions(): Promise<Message> {
    return this.send("Debugger.setPauseOnExceptions", { state: "all" });
  }

  /** Sets a breakpoint at a line of a TypeScript file, counted from 1, like an editor. */
  async breakAt(script: RegExp, file: string, line: number): Promise<void> {
    const { url, text, map } = await this.script(script);
    for (const [lineNumber, one] of text.split("\n").entries())
      for (let columnNumber = 0; columnNumber < one.length; columnNumber += 1)
        if (placeIn(map, lineNumber, columnNumber) === `${file}:${line}`)
          return void (await this.send("Debugger.setBreakpointByUrl", {
            url,
            lineNumber,
            columnNumber,
          }));
    throw new Error(`no line of ${url} was made of ${file}:${line}`);
  }

  /** Waits until execution pauses, and returns the `file:line` of TypeScript. */
  async paused(script: RegExp): Promise<string | undefined> {
    const { params } = await this.message(({ method }) => method === "Debugger.paused");
    const [{ location }] = (params as unknown as Paused).callFrames;
    const { map } = await this.script(script);
    return placeIn(map, location.lineNumber, location.columnNumber);
  }

  resume(): Promise<Message> {
    return this.send("Debugger.resume");
  }

  close(): void {
    this.socket.destroy();
  }

  private send(method: string, params: object = {}): Promise<Message> {
    const id = ++this.lastId;
    this.socket.write(frame(JSON.stringify({ id, method, params })));
    return this.message((message) => message.id === id);
  }

  /** Returns a message that has already arrived, or the next one. */
  private message(matches: (message: Message) => boolean): Promise<Message> {
    const known = this.events.find(matches);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => this.waiting.push({ matches, resolve }));
  }

  private read(bytes: Buffer): void {
    this.rest = Buffer.concat([this.rest, bytes]);
    for (let next = unframe(this.rest); next; next = unframe(this.rest)) {
      this.rest = next.rest;
      const message = JSON.parse(next.text) as Message;
      this.events.push(message);
      this.waiting.filter((one) => one.matches(message)).forEach((one) => one.resolve(message));
    }
  }
}

/** Returns the original `file:line`, counted from 1, of a position in a script. */
function placeIn(map: SourceMap, line: number, column: number): string | undefined {
  const found = map.findEntry(line, column);
  return "originalSource" in found
    ? `${found.originalSource}:${found.originalLine + 1}`
    : undefined;
}

/** Encodes a client's text message, which must be masked: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function frame(text: string): Buffer {
  const data = Buffer.from(text);
  const mask = randomBytes(4);
  const head = Buffer.from([0x81, 0x80 | 126, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, mask, data.map((byte, index) => byte ^ mask[index % 4])]);
}

/** Decodes the first complete message of a server; returns undefined when more bytes are needed. */
function unframe(bytes: Buffer): { text: string; rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length =
    short === 126
      ? bytes.readUInt16BE(2)
      : short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short;
  if (bytes.length < start + length) return undefined;
  return {
    text: bytes.subarray(start, start + length).toString("utf8"),
    rest: bytes.subarray(start + length),
  };
}
