import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hasFailed } from '../model/messages.ts';
import { NO_FILTERS } from '../model/view.ts';
import { CLOSED, linkTo } from '../store/state.ts';
import type { Thread } from '../store/thread.ts';
import { toName } from './conversations.tsx';
import { Messages } from './messages.tsx';

/** Where the list is hidden while a conversation is open; as in the style sheet. */
const NARROW = '(max-width: 720px)';

export function OpenConversation({ thread }: { thread: Thread }): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const { view } = thread;
  useEffect(() => {
    // Its link has gone with the list.
    if (matchMedia(NARROW).matches) heading.current?.focus();
  }, [view.conversation]);
  const isNarrowed = view.messageKind !== '' || view.since !== '' || view.until !== '';
  return (
    <article class="conversation" aria-labelledby="conversation-title">
      <div class="title">
        <a class="back" href={linkTo(CLOSED)}>
          Back
        </a>
        <h2 id="conversation-title" ref={heading} tabIndex={-1} dir="auto">
          {toTitle(thread)}
        </h2>
        {thread.conversation.value && (
          <span class="small" dir="auto">
            {thread.conversation.value.channel.displayName ?? thread.conversation.value.channel.name}
          </span>
        )}
        {view.at !== '' && <a href={linkTo({ message: '', at: '' })}>Newest</a>}
      </div>
      {isNarrowed && (
        <p class="hint">
          Only messages that match the filters. <a href={linkTo(NO_FILTERS)}>Show all</a>
        </p>
      )}
      <Failures thread={thread} />
      <Messages key={JSON.stringify(view)} thread={thread} />
    </article>
  );
}

/** What is wrong with the channel, for as long as it is. */
function Failures({ thread }: { thread: Thread }): VNode {
  const failed = thread.sources.value.filter(hasFailed);
  const isIncomplete = thread.sources.value.some(({ reason }) => reason === 'RECORDS_MISSING');
  return (
    <div role="alert">
      {thread.failure.value !== '' && <p class="failure">{thread.failure.value}</p>}
      {failed.map(({ channel, errorCode }) => (
        <p class="failure" key={channel.name}>
          {`${channel.displayName ?? channel.name} does not answer (${errorCode ?? ''}). This page asks again by itself.`}
        </p>
      ))}
      {isIncomplete && <p class="failure">The provider says that it has more messages here than it lists.</p>}
    </div>
  );
}

function toTitle({ conversation, messages, isMissing }: Thread): string {
  if (isMissing.value) return 'Not found';
  const lastMessage = messages.value.at(-1) ?? null;
  // Webhooks do not always tell names.
  const named = messages.value.findLast((message) => message.conversation.title !== null);
  const title = named?.conversation.title ?? conversation.value?.title ?? null;
  return title === null && !lastMessage ? 'Conversation' : toName({ title, lastMessage });
}
