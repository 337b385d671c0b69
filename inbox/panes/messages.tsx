import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { groupByDay } from '../model/messages.ts';
import { toDay } from '../model/time.ts';
import { results, tell } from '../store/state.ts';
import type { Thread } from '../store/thread.ts';
import { Message } from './message.tsx';
import { isNearBottom, isNearTop, ScrollKeeper } from './scroll-keeper.ts';

/** The messages of a conversation, of which more is read wherever the reader scrolls to. */
export function Messages({ thread }: { thread: Thread }): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const keeper = useMemo(() => new ScrollKeeper(), []);
  // An object, since the reader may go to the same message again.
  const [focused, setFocused] = useState({ id: thread.view.message });
  const isFocusShown = useRef(false);
  const messages = thread.messages.value;
  const days = useMemo(() => groupByDay(messages, toDay), [messages]);
  const spans = results.value?.highlights.value;

  const readOn = (): void => {
    const element = scroller.current;
    if (!element) return;
    if (isNearTop(element) && canRead(thread.older)) void thread.older.more();
    if (isNearBottom(element) && canRead(thread.newer)) void thread.newer.more();
  };
  const note = (): void => {
    if (scroller.current) keeper.note(scroller.current, thread.isAtPresent.peek());
    readOn();
  };
  useLayoutEffect(() => {
    if (scroller.current) keeper.restore(scroller.current);
  }, [messages]);
  useLayoutEffect(() => {
    if (focused.id === '' || isFocusShown.current || !scroller.current) return;
    isFocusShown.current = keeper.goTo(scroller.current, focused.id);
  }, [messages, focused]);
  const isLoading = thread.older.isLoading.value || thread.newer.isLoading.value;
  // A page that was short leaves room for more.
  useEffect(readOn, [messages, isLoading]);

  const followQuote = async (nativeId: string): Promise<void> => {
    tell('Looking for the quoted message …');
    const found = await thread.find(nativeId);
    tell(found === null ? 'The quoted message is not among those that are listed.' : '');
    if (found === null) return;
    isFocusShown.current = false;
    setFocused({ id: found });
  };
  return (
    <div class="messages" ref={scroller} onScroll={note} tabIndex={0} role="region" aria-label="Messages">
      <Top thread={thread} />
      {days.map(({ startsAt, messages: ofDay }) => (
        <section key={toDay(startsAt)}>
          <h3>{toDay(startsAt)}</h3>
          <ol>
            {ofDay.map((message) => (
              <Message
                key={message.id}
                message={message}
                spans={spans?.get(message.id) ?? []}
                isFocused={message.id === focused.id}
                onQuote={(nativeId) => void followQuote(nativeId)}
              />
            ))}
          </ol>
        </section>
      ))}
      {thread.newer.hasMore.value && (
        <button class="more" type="button" onClick={() => void thread.newer.more()}>
          Newer messages
        </button>
      )}
    </div>
  );
}

/** What is before the oldest message: more, or why there is no more. */
function Top({ thread }: { thread: Thread }): VNode {
  const { older } = thread;
  if (older.hasMore.value)
    return (
      <button class="more" type="button" onClick={() => void older.more()}>
        {older.isLoading.value ? 'Loading …' : 'Older messages'}
      </button>
    );
  const [source] = older.sources.value;
  const end = {
    BEGINNING: 'Nothing was written before.',
    EXPIRED: 'The provider no longer lists what was written before.',
    BOUND: 'Nothing older is asked for: by the filters, or by the configuration of the channel.',
  };
  return <p class="hint">{source?.endReason ? end[source.endReason] : 'There is nothing older.'}</p>;
}

/** What failed is read again in its own time, and a long gap when the reader asks for it. */
function canRead({ hasMore, isStuck, isInGap, failure }: Thread['older']): boolean {
  return hasMore.peek() && !isStuck && !isInGap && failure.peek() === '';
}
