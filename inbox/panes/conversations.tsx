import type { VNode } from 'preact';
import type { Message } from '../../src/client/index.ts';
import type { Listed } from '../model/listed.ts';
import { toAge, toShort, toWhole } from '../model/time.ts';
import { MESSAGE_KINDS, PROVIDERS } from '../model/words.ts';
import type { ConversationList } from '../store/conversation-list.ts';
import { CLOSED, linkTo, view } from '../store/state.ts';
import { More } from './more.tsx';

export function Conversations({ list }: { list: ConversationList }): VNode {
  const shown = list.shown.value;
  const isLoading = list.isLoading.value;
  return (
    <section class="list" aria-labelledby="list-title">
      <h2 id="list-title">Conversations</h2>
      {list.failure.value !== '' && (
        <p class="failure" role="alert">
          {list.failure.value}
        </p>
      )}
      <ul>
        {shown.map((one) => (
          <Entry key={one.id} listed={one} />
        ))}
      </ul>
      {shown.length === 0 && !isLoading && <p class="hint">There is no such conversation.</p>}
      {list.hasMore.value && (
        <More
          label="Older conversations"
          isLoading={isLoading}
          length={shown.length}
          onMore={() => void list.more()}
        />
      )}
    </section>
  );
}

function Entry({ listed }: { listed: Listed }): VNode {
  const { id, channel, lastMessage, lastMessageAt, awaitingReply } = listed;
  const now = Date.now();
  return (
    <li>
      <a
        class="entry"
        href={linkTo({ ...CLOSED, conversation: id })}
        data-conversation={id}
        aria-current={id === view.value.conversation ? 'true' : undefined}
      >
        <span class="name" dir="auto">
          {toName(listed)}
        </span>
        <time dateTime={lastMessageAt} title={toWhole(lastMessageAt)}>
          {toShort(lastMessageAt, now)}
        </time>
        <span class="last" dir="auto">
          {lastMessage ? toPreview(lastMessage) : ''}
        </span>
        <span class="channel">
          <span dir="auto">{channel.displayName ?? channel.name}</span>
          {lastMessage && ` · ${PROVIDERS[lastMessage.provider]}`}
        </span>
        {awaitingReply && (
          <span class="awaiting">
            {`waiting ${toAge(awaitingReply.since, now)} (${awaitingReply.messages}${awaitingReply.isAtLeast ? '+' : ''})`}
          </span>
        )}
      </a>
    </li>
  );
}

/** A title, or the person on the other side. */
export function toName({ title, lastMessage }: Pick<Listed, 'title' | 'lastMessage'>): string {
  if (title !== null) return title;
  const people = lastMessage ? [lastMessage.sender, ...(lastMessage.recipients ?? [])] : [];
  const other = people.find(({ role }) => role === 'CUSTOMER') ?? people[0];
  return other?.displayName ?? other?.nativeId ?? 'Conversation';
}

export function toPreview({ availability, text, kind }: Message): string {
  if (availability === 'RECALLED') return 'Recalled';
  if (availability === 'UNAVAILABLE') return 'No longer available';
  return text ?? MESSAGE_KINDS[kind];
}
