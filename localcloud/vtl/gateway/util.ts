import { toText } from "../java/text";
import { JavaObject, type JavaValue, type Methods, methodTable, overload } from "../java/value";
import { readJson } from "../json/readJson";
import { TemplateError } from "../templateError";
import { escapeJavaScript } from "./escapeJavaScript";

/** `$util`: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference */
export class Util extends JavaObject {
  get methods(): Methods {
    return utilMethods;
  }

  toText(): string {
    return "";
  }
}

const utilMethods = methodTable({
  escapeJavaScript: [overload(["Object"], (_: Util, value: JavaValue) => escaped(value))],
  parseJson: [overload(["String"], (_: Util, text: string) => readJson(given(text, "parseJson")))],
  urlEncode: [overload(["String"], (_: Util, text: string) => urlEncode(given(text, "urlEncode")))],
  urlDecode: [overload(["String"], (_: Util, text: string) => urlDecode(given(text, "urlDecode")))],
  base64Encode: [
    overload(["String"], (_: Util, text: string) =>
      Buffer.from(given(text, "base64Encode"), "utf8").toString("base64"),
    ),
  ],
  base64Decode: [
    overload(["String"], (_: Util, text: string) =>
      Buffer.from(given(text, "base64Decode"), "base64").toString("utf8"),
    ),
  ],
});

/** Returns null for null, which is rendered as an empty text. */
function escaped(value: JavaValue): JavaValue {
  return value === null ? null : escapeJavaScript(toText(value));
}

function given(text: string | null, name: string): string {
  if (text === null) throw new TemplateError(`NullPointerException: $util.${name} of null`);
  return text;
}

/**
 * Encodes like java.net.URLEncoder: form encoding, where a space becomes `+`, `*` stays, and a lone surrogate becomes
 * `?`.
 */
function urlEncode(text: string): string {
  const encoded = encodeURIComponent(text.replace(/\p{Surrogate}/gu, "?"));
  return encoded.replaceAll("%20", "+").replaceAll(/[!'()~]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** Decodes like java.net.URLDecoder: invalid UTF-8 becomes U+FFFD, an incomplete `%` is an error. */
function urlDecode(text: string): string {
  return text.replaceAll("+", " ").replaceAll(/(?:%[0-9a-fA-F]{2})+|%/g, (bytes) => {
    if (bytes === "%")
      throw new TemplateError("IllegalArgumentException: URLDecoder: Illegal hex characters");
    return Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8");
  });
}
