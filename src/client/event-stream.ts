/** One server-sent event (`text/event-stream`). */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/**
 * Reads events on demand: a consumer that requests none leaves them at the gateway, which keeps them.
 *
 * @param read the next chunk of the body
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

/** A line that begins with a colon is a comment: its field name is empty. */
function splitField(line: string): [field: string, content: string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
