import type { GatewayContext } from '../gateway/context.ts';
import { admitsChannel, needsText, toSourceFilter } from '../timeline/filter.ts';
import type { ListSelection } from '../timeline/timeline-page.ts';

/**
 * How many messages a list has, where archives alone tell it. No provider has a reliable count.
 *
 * @returns null: not exactly known. That is so for what is looked for in texts, of which callers see different ones
 * @throws StoreUnavailableError when only archives are read, and their store fails
 */
export async function countMessages(
  { filter, span, isArchiveOnly }: ListSelection,
  { gateway, requestBudget }: Pick<GatewayContext, 'gateway' | 'requestBudget'>,
): Promise<number | null> {
  if (needsText(filter)) return null;
  const channels = [...gateway.channels.values()].filter((channel) => admitsChannel(filter, channel));
  if (channels.some(({ archiveNames }) => !archiveNames)) return null;
  const names = channels.map(({ name }) => name);
  if (!isArchiveOnly && !(await gateway.archives.hasAll(names, span))) return null;
  const { conversation, sentAtGte, sentAtLt } = filter;
  return gateway.archives.read(
    {
      field: 'MessageConnection.totalCount',
      channels: names,
      conversationId:
        conversation &&
        gateway.ids.encode({ type: 'Conversation', channel: conversation.channel, key: conversation.value }),
      sentAtGte,
      sentAtLt,
    },
    (kept) => kept.figures.count(span, toSourceFilter(filter), requestBudget),
    (count) => count ?? 0,
  );
}
