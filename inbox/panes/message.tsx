import type { VNode } from 'preact';
import type { Message as MessageData } from '../../src/client/index.ts';
import type { Span } from '../model/highlight.ts';
import { deliveryStatusOf } from '../model/messages.ts';
import { toClockTime, toWhole } from '../model/time.ts';
import { DELIVERY, MESSAGE_KINDS } from '../model/words.ts';
import { Part } from './part.tsx';
import { Text } from './text.tsx';

interface MessageProps {
  message: MessageData;
  /** What was searched for in its text. */
  spans: readonly Span[];
  isFocused: boolean;
  onQuote: (nativeId: string) => void;
}

/** A bubble: on the left what came in, on the right what went out, in the middle what no one wrote. */
export function Message({ message, spans, isFocused, onQuote }: MessageProps): VNode {
  const { id, sentAt, direction, sender } = message;
  return (
    <li
      class={`message ${direction.toLowerCase()}`}
      data-id={id}
      data-sent-at={sentAt}
      aria-current={isFocused ? 'true' : undefined}
    >
      <p class="from">
        <b dir="auto">{sender.displayName ?? sender.nativeId}</b>
      </p>
      <Body message={message} spans={spans} onQuote={onQuote} />
      <p class="small when">
        <time dateTime={sentAt} title={toWhole(sentAt)}>
          {toClockTime(sentAt)}
        </time>
        <Delivery message={message} />
      </p>
    </li>
  );
}

function Body({ message, spans, onQuote }: Omit<MessageProps, 'isFocused'>): VNode {
  const { availability, parts, text, kind } = message;
  if (availability === 'RECALLED') return <p class="note">The sender recalled this message.</p>;
  if (availability === 'UNAVAILABLE')
    return <p class="note">{`${MESSAGE_KINDS[kind]}: the provider no longer has this message.`}</p>;
  const found = { text, spans };
  if (parts === null || parts.length === 0)
    return text === null ? <p class="note">{MESSAGE_KINDS[kind]}</p> : <Text text={text} found={found} />;
  return (
    <>
      {parts.map((part, index) => (
        <Part key={index} part={part} found={found} onQuote={onQuote} />
      ))}
    </>
  );
}

function Delivery({ message }: { message: MessageData }): VNode | null {
  const status = deliveryStatusOf(message);
  if (status === null) return null;
  const [sign, meaning] = DELIVERY[status];
  return (
    <span class={`delivery ${status.toLowerCase()}`} role="img" aria-label={meaning} title={meaning}>
      {sign}
    </span>
  );
}
