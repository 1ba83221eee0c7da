import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { JsonValueSchema, type JsonObject, type JsonValue } from "@colony/core";

type Content = CallToolResult["content"][number];

/**
 * What a model is shown of a result: its structured content where it has one, a text where it is nothing but text, else its
 * parts one by one. Pictures and sounds keep their data, in base64.
 */
export function toolOutput({ content, structuredContent }: CallToolResult): JsonValue {
  const parts = content.map(shownPart);
  const isText = content.every(({ type }) => type === "text");
  if (structuredContent !== undefined) {
    const structured = JsonValueSchema.parse(structuredContent);
    // Servers say the same in text for clients that know no better.
    return isText ? structured : { structured, parts };
  }
  return isText ? textOf(content) : parts;
}

/** All that a result says in text. */
export function textOf(content: CallToolResult["content"]): string {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

function shownPart(part: Content): JsonObject {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
    case "audio":
      return { type: part.type, mimeType: part.mimeType, data: part.data };
    case "resource_link":
      return given({ type: "link", uri: part.uri, name: part.name, mimeType: part.mimeType });
    case "resource": {
      const { uri, mimeType } = part.resource;
      const body = "text" in part.resource ? { text: part.resource.text } : { data: part.resource.blob };
      return given({ type: "resource", uri, mimeType, ...body });
    }
  }
}

function given(members: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
