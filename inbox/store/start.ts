import { computed, effect, untracked } from '@preact/signals';
import type { GatewayClient } from '../../src/client/index.ts';
import { toLiveQuery } from '../model/queries.ts';
import { formatView, parseView, toFilters, type Filters, type View } from '../model/view.ts';
import { ConversationList } from './conversation-list.ts';
import { keepFollowing } from './live.ts';
import { describeFailure } from './pager.ts';
import { Results } from './results.ts';
import { client, isRefused } from './session.ts';
import { announcement, channels, list, liveState, restarts, results, tell, thread, view } from './state.ts';
import { Thread } from './thread.ts';

/** Keeps what the page shows in step with its address and the key. */
export function start(): void {
  addEventListener('hashchange', () => {
    view.value = parseView(location.hash);
  });
  effect(() => {
    const closing = new AbortController();
    client.value.channels({}, { signal: closing.signal }).then(
      (read) => {
        channels.value = read;
      },
      (error: unknown) => {
        if (!closing.signal.aborted && !isRefused.value) tell(describeFailure(error));
      },
    );
    return () => {
      closing.abort();
    };
  });
  keep(list, listAddress, (reader, shown) => new ConversationList(reader, shown));
  keep(thread, threadAddress, (reader, shown) =>
    shown.conversation === '' ? null : new Thread(reader, shown),
  );
  keep(results, resultsAddress, (reader, shown) =>
    shown.search === '' ? null : new Results(reader, shown, shown.search),
  );
  effect(followMessages);
  effect(followStatuses);
}

/** Changes with the key, and whenever everything has to be read anew. */
const reading = computed(() => ({ reader: client.value, restart: restarts.value }));
// Texts: a part of the page is made anew when its own part of the address changes, and not with every object.
const filters = computed<Filters>(() => toFilters(view.value));
const listAddress = computed(() => formatView({ ...filters.value, messageKind: '' }));
const resultsAddress = computed(() => {
  const { search } = view.value;
  return search === '' ? '' : formatView({ ...filters.value, awaiting: '', search });
});
const threadAddress = computed(() => {
  const { conversation, message, at, messageKind, since, until } = view.value;
  return formatView({ conversation, message, at, messageKind, since, until });
});
const followed = computed(() => {
  const { channel, provider } = view.value;
  return formatView({ channel, provider });
});
/** The channel of the open conversation, if its provider tells how messages are delivered; else an empty text. */
const statusChannel = computed(() => {
  const delivered = thread.value?.messages.value.find((message) => 'deliveryStatus' in message);
  return delivered?.channel.name ?? '';
});

function keep<T extends { close(): void }>(
  kept: { value: T | null },
  address: { value: string },
  make: (reader: GatewayClient, shown: View) => T | null,
): void {
  effect(() => {
    const [{ reader }, shown] = [reading.value, parseView(address.value)];
    const made = untracked(() => make(reader, shown));
    kept.value = made;
    return () => made?.close();
  });
}

function followMessages(): () => void {
  const closing = new AbortController();
  const [reader, { filter }] = [client.value, toLiveQuery(parseView(followed.value))];
  untracked(() => {
    keepFollowing(
      {
        subscribe: (after, options) =>
          reader.followMessages({ filter: filter ?? undefined, after, ...options }),
        take: ({ node }) => {
          list.value?.note(node);
          thread.value?.note(node);
          const isOpen = node.conversation.id === view.value.conversation;
          if (isOpen)
            announcement.value = `${node.sender.displayName ?? 'New message'}: ${node.text ?? node.kind}`;
        },
        onState: (state) => {
          liveState.value = state;
          // What came between the first pages and the first connection is in none of them.
          if (state === 'live') void Promise.all([list.value?.refresh(), thread.value?.refresh()]);
        },
        onGap: () => {
          restarts.value++;
        },
      },
      closing.signal,
    );
  });
  return () => {
    closing.abort();
  };
}

function followStatuses(): (() => void) | undefined {
  const [reader, channel] = [client.value, statusChannel.value];
  if (channel === '') return undefined;
  const closing = new AbortController();
  untracked(() => {
    keepFollowing(
      {
        subscribe: (after, options) =>
          reader.followDeliveryStatus({ channels: [channel], after, ...options }),
        take: (change) => thread.value?.noteStatus(change),
        // The newest page, which is read again and again, has statuses too.
        onState: () => undefined,
        onGap: () => undefined,
      },
      closing.signal,
    );
  });
  return () => {
    closing.abort();
  };
}
