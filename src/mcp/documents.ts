import { idOf } from './host.ts';
import { tools } from './tools/index.ts';

/** The documents of all tools by their ids, to be trusted where no others are. */
export function listDocuments(): Map<string, string> {
  return new Map(tools.map(({ document }) => [idOf(document), document.toString()]));
}
