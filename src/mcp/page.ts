import { z } from 'zod';
import type { McpMessagePageFragment, McpSourceFragment } from '../generated/mcp.ts';
import type { Table } from './table.ts';

/** Of all items of a result together, with what they refer to, as JSON. */
const MAX_LENGTH = 20_000;

/** What the result of every list has beside its items. */
export const page = {
  nextCursor: z
    .string()
    .optional()
    .describe('More follows: call again with the same arguments and this as "after". Left out at the end.'),
  notes: z.array(z.string()).describe('What is not shown, and how to get it.'),
};

interface Edge<Node> {
  cursor: string;
  node: Node;
}

interface Page<Item> {
  items: Item[];
  nextCursor: string | undefined;
  notes: string[];
}

/**
 * As many items of a page as fit into a result, and at least one, with the cursor from which to continue.
 *
 * @param tables of what the items refer to; entries for items that do not fit are removed
 */
export function toPage<Node, Item extends object>(
  edges: readonly Edge<Node>[],
  { hasNextPage, endCursor }: McpMessagePageFragment['pageInfo'],
  toItem: (node: Node) => Item,
  tables: readonly Table<object>[] = [],
): Page<Item> {
  const items: Item[] = [];
  let length = 0;
  for (const { node } of edges) {
    const sizes = tables.map(({ entries }) => entries.length);
    const item = toItem(node);
    const added = tables.flatMap(({ entries }, index) => entries.slice(sizes[index]));
    length += JSON.stringify([item, ...added]).length;
    if (items.length > 0 && length > MAX_LENGTH) {
      for (const [index, table] of tables.entries()) table.trim(sizes[index] ?? 0);
      break;
    }
    items.push(item);
  }
  const left = edges.length - items.length;
  const end = left > 0 ? edges[items.length - 1]?.cursor : hasNextPage ? endCursor : null;
  const nextCursor = end ?? undefined;
  return { items, nextCursor, notes: toNotes(items, left, nextCursor) };
}

function toNotes(items: readonly object[], left: number, nextCursor: string | undefined): string[] {
  return [
    ...(left > 0 ? [`${left} more do not fit here: call again with nextCursor as "after".`] : []),
    ...(items.length === 0 && nextCursor !== undefined
      ? [
          'Nothing was found in the part that was read, and more follows: call again with nextCursor as "after".',
        ]
      : []),
    ...(items.some((item) => 'textLength' in item && item.textLength !== undefined)
      ? ['A text with a textLength is cut: read_message has all of it, and maxTextLength shows more of each.']
      : []),
  ];
}

const source = z.object({
  channel: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  errorCode: z.string().optional(),
  retryAfterSeconds: z.number().optional(),
});

export const sources = z
  .array(source)
  .describe('Channels that gave only a part or nothing, and why; empty when all is there.');

export function toSources(all: readonly McpSourceFragment[]): z.input<typeof sources> {
  return all
    .filter(({ state }) => state !== 'OK')
    .map(({ channel, state, reason, errorCode, retryAfterSeconds }) => ({
      channel: channel.name,
      state,
      reason: reason ?? undefined,
      errorCode: errorCode ?? undefined,
      retryAfterSeconds: retryAfterSeconds ?? undefined,
    }));
}
