import type { Awaitable, ChatChannel, MessageSource, ToldMessages } from '../datasources/message-source.ts';
import type {
  CallingPushReceiver,
  LocalPushReceiver,
  PushReceiver,
  Updates,
} from '../datasources/push-receiver.ts';
import { isOfErasedMessage, withoutErased, type ErasedPeople } from '../domain/erasure.ts';
import type { JsonValue, MessageRecord } from '../domain/records.ts';
import { withChanges } from '../util/with-changes.ts';

type ReadErased = () => Awaitable<ErasedPeople | null>;

/**
 * The same channel without erased people, whatever its provider still lists, or pushes: so nothing of them is shown, published or
 * archived, since all of that is read from here.
 */
export function hideErased<Channel extends ChatChannel>(
  channel: Channel,
  erasedOf: (tenant: string) => Awaitable<ErasedPeople | null>,
): Channel {
  const readErased: ReadErased = () => erasedOf(channel.tenant);
  const sources = new WeakMap<MessageSource, MessageSource>();
  const toHidden = (source: MessageSource): MessageSource => {
    const hidden = sources.get(source) ?? hideIn(source, readErased);
    sources.set(source, hidden);
    return hidden;
  };
  const push = channel.push && hideInPush(channel.push, readErased);
  const changes: Pick<ChatChannel, 'sourcesFor' | 'findMessage'> & { push: PushReceiver | undefined } = {
    sourcesFor: (filter) => channel.sourcesFor(filter).map(toHidden),
    findMessage: async (key, budget) => {
      const found = await channel.findMessage(key, budget);
      const erased = await readErased();
      return found && erased ? withoutErased(found, erased) : found;
    },
    push: push ?? undefined,
  };
  return withChanges(channel, changes);
}

function hideIn(source: MessageSource, readErased: ReadErased): MessageSource {
  const read: MessageSource['read'] = async (...reading) => {
    const slice = await source.read(...reading);
    const erased = await readErased();
    return erased ? { ...slice, messages: withoutErasedOf(slice.messages, erased) } : slice;
  };
  const { told } = source;
  return withChanges(source, { read, told: told && hideInTold(told, readErased) });
}

/** Who was erased is not told: such messages stay as they are. */
function hideInTold(told: ToldMessages, readErased: ReadErased): ToldMessages {
  const complete: ToldMessages['complete'] = async (messages) => {
    const completed = await told.complete(messages);
    const erased = await readErased();
    if (erased === null) return completed;
    return messages.map((message, index) => {
      const other = completed[index] ?? message;
      return withoutErased(other, erased) === null ? message : other;
    });
  };
  return withChanges(told, { complete });
}

function hideInPush(receiver: PushReceiver, readErased: ReadErased): PushReceiver {
  const hide = async (updates: Updates): Promise<Updates> => {
    const erased = await readErased();
    return erased ? hideUpdates(updates, erased) : updates;
  };
  const admit: PushReceiver['admit'] = async (items) => {
    const erased = await readErased();
    return erased ? items.filter(({ payload }) => !isOfErased(receiver, payload, erased)) : items;
  };
  if (receiver.needsCalls) {
    const process: CallingPushReceiver['process'] = async (payload, budget) =>
      isOfErased(receiver, payload, await readErased())
        ? nothing()
        : hide(await receiver.process(payload, budget));
    return withChanges(receiver, { process, admit });
  }
  const changes: Pick<LocalPushReceiver, 'process' | 'processTogether' | 'admit'> = {
    admit,
    process: async (payload) =>
      isOfErased(receiver, payload, await readErased()) ? nothing() : hide(await receiver.process(payload)),
    processTogether: async (payloads, mayBegin) => {
      const erased = await readErased();
      const first = payloads.findIndex((payload) => isOfErased(receiver, payload, erased));
      // What comes after it is processed with the next ones.
      if (first === 0) return [nothing()];
      const others = first < 0 ? payloads : payloads.slice(0, first);
      return Promise.all((await receiver.processTogether(others, mayBegin)).map(hide));
    },
  };
  return withChanges(receiver, changes);
}

/** So nothing of it is stored either. */
function isOfErased(receiver: PushReceiver, payload: JsonValue, erased: ErasedPeople | null): boolean {
  const subject = erased ? (receiver.subjectOf?.(payload) ?? null) : null;
  if (erased === null || subject === null) return false;
  const { people, peopleAt, id, sentAt } = subject;
  return people.some((person) => erased.has(person, peopleAt)) || erased.hasMessage(id, sentAt);
}

function hideUpdates(updates: Updates, erased: ErasedPeople): Updates {
  const { messages, changed, statuses } = updates;
  return {
    ...updates,
    messages: withoutErasedOf(messages, erased),
    ...(changed && { changed: withoutErasedOf(changed, erased) }),
    statuses: statuses.filter((status) => !isOfErasedMessage(status, erased)),
  };
}

function withoutErasedOf(messages: readonly MessageRecord[], erased: ErasedPeople): MessageRecord[] {
  return messages.flatMap((message) => withoutErased(message, erased) ?? []);
}

function nothing(): Updates {
  return { messages: [], statuses: [], hasMoreInHistory: false };
}
