/** A completed value that has been written as JSON already. What holds one is written, too. */
export class JsonText {
  [key: string]: unknown;
  /** One after the other. Bytes are UTF-8. */
  readonly parts: readonly (string | Buffer)[];

  constructor(parts: JsonText['parts']) {
    this.parts = parts;
  }

  toBytes(): Buffer {
    const lengths = this.parts.map((part) =>
      typeof part === 'string' ? Buffer.byteLength(part) : part.length,
    );
    const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const [index, part] of this.parts.entries()) {
      if (typeof part === 'string') bytes.write(part, at);
      else bytes.set(part, at);
      at += lengths[index] ?? 0;
    }
    return bytes;
  }

  /** For those who serialize it as part of something else. */
  toJSON(): unknown {
    return JSON.parse(this.toBytes().toString());
  }
}

/** Whether it has been written, or is a list with something that has. */
export function hasText(value: unknown): boolean {
  return value instanceof JsonText || (Array.isArray(value) && value.some(hasText));
}

/** @param members under names that need no escapes, as those of GraphQL; it inherits none */
export function toJsonObject(members: Readonly<Record<string, unknown>>): JsonText {
  const writer = new Writer();
  writer.text('{');
  let separator = '';
  for (const name in members) {
    // JSON has no functions and the like.
    if (writer.value(`${separator}"${name}":`, members[name])) separator = ',';
  }
  writer.text('}');
  return writer.end();
}

export function toJsonArray(items: readonly unknown[]): JsonText {
  const writer = new Writer();
  writer.text('[');
  let separator = '';
  for (const item of items) {
    if (!writer.value(separator, item)) writer.text(`${separator}null`);
    separator = ',';
  }
  writer.text(']');
  return writer.end();
}

/** @param value that JSON has. @returns its text, to be kept */
export function toOwnText(value: Readonly<Record<string, unknown>>): JsonText {
  return new JsonText([toOwnBytes(JSON.stringify(value))]);
}

/** Not from the pool that Node.js shares among short buffers: a text that is kept would keep its neighbours. */
function toOwnBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** Joins strings that follow one another. */
class Writer {
  readonly #parts: (string | Buffer)[] = [];
  #text = '';

  text(text: string): void {
    this.#text += text;
  }

  /** @returns false, and writes nothing, when JSON has no such value */
  value(before: string, value: unknown): boolean {
    const text = Array.isArray(value) && hasText(value) ? toJsonArray(value) : value;
    if (text instanceof JsonText) {
      this.#text += before;
      for (const part of text.parts) this.#part(part);
      return true;
    }
    // For a function and the like it is undefined, which the type does not say.
    const json = JSON.stringify(value) as string | undefined;
    if (json !== undefined) this.#text += before + json;
    return json !== undefined;
  }

  end(): JsonText {
    return new JsonText([...this.#parts, this.#text]);
  }

  #part(part: string | Buffer): void {
    if (typeof part === 'string') {
      this.#text += part;
      return;
    }
    if (this.#text !== '') this.#parts.push(this.#text);
    this.#text = '';
    this.#parts.push(part);
  }
}
