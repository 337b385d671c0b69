import type { ConversationKind, MessageKind, Provider } from '../../src/client/index.ts';
import { CONVERSATION_KINDS, MESSAGE_KINDS, PROVIDERS, toKey } from './words.ts';

/** What the page shows, as far as a link can say it. An empty text means: not chosen. */
export interface View {
  /** The name of a channel. */
  channel: string;
  provider: Provider | '';
  conversationKind: ConversationKind | '';
  messageKind: MessageKind | '';
  /** RFC 3339, inclusive. */
  since: string;
  /** RFC 3339, exclusive. */
  until: string;
  awaiting: 'yes' | '';
  search: string;
  /** The id of the open conversation. */
  conversation: string;
  /** The id of the message at which it is open; if there is none, it is open at its newest message. */
  message: string;
  /** RFC 3339: when that message was sent. */
  at: string;
}

/** What selects conversations and messages. */
export type Filters = Pick<
  View,
  'channel' | 'provider' | 'conversationKind' | 'messageKind' | 'since' | 'until' | 'awaiting'
>;

export const NO_FILTERS: Filters = {
  channel: '',
  provider: '',
  conversationKind: '',
  messageKind: '',
  since: '',
  until: '',
  awaiting: '',
};

/** Reads a link's fragment, which browsers never send. What is not valid in it is left out. */
export function parseView(fragment: string): View {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const read = (name: keyof View): string => fields.get(name) ?? '';
  return {
    channel: read('channel'),
    provider: toKey(PROVIDERS, read('provider')),
    conversationKind: toKey(CONVERSATION_KINDS, read('conversationKind')),
    messageKind: toKey(MESSAGE_KINDS, read('messageKind')),
    since: toMoment(read('since')),
    until: toMoment(read('until')),
    awaiting: read('awaiting') === 'yes' ? 'yes' : '',
    search: read('search'),
    conversation: read('conversation'),
    message: read('message'),
    at: toMoment(read('at')),
  };
}

/** @returns the fragment of a link to the same, with `#`; `parseView` reads it */
export function formatView(view: Partial<View>): string {
  const chosen = Object.entries<string>(view).filter(([, value]) => value !== '');
  return `#${new URLSearchParams(chosen).toString()}`;
}

/** @returns the filters alone */
export function toFilters(view: View): Filters {
  const { channel, provider, conversationKind, messageKind, since, until, awaiting } = view;
  return { channel, provider, conversationKind, messageKind, since, until, awaiting };
}

function toMoment(text: string): string {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
}
