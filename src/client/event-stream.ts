/** One event of a server, as `text/event-stream` has them. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/**
 * Reads events as they are asked for: a reader who takes none leaves them with the gateway, which keeps them.
 *
 * @param read the next piece of the body
 */
export async function* readEventStream(
  read: () => Promise<{ done: boolean; value?: Uint8Array | undefined }>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let event = '';
  let data: string[] = [];
  for (;;) {
    const { done, value } = await read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.map(withoutReturn)) {
      const [field, content] = splitField(line);
      if (field === 'event') event = content;
      else if (field === 'data') data.push(content);
      else if (line === '') {
        if (event !== '' || data.length > 0) yield { event, data: data.join('\n') };
        event = '';
        data = [];
      }
    }
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** A line that begins with a colon is a comment: its field is the empty one. */
function splitField(line: string): [field: string, content: string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
