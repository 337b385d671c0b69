import { signal } from '@preact/signals';
import type { Channel } from '../../src/client/index.ts';
import { formatView, parseView, type View } from '../model/view.ts';
import type { ConversationList } from './conversation-list.ts';
import type { LiveState } from './live.ts';
import type { Results } from './results.ts';
import type { Thread } from './thread.ts';

/** What the page shows: always what its address says, so that every state of it has a link. */
export const view = signal(parseView(location.hash));
export const channels = signal<readonly Channel[]>([]);
export const list = signal<ConversationList | null>(null);
export const thread = signal<Thread | null>(null);
export const results = signal<Results | null>(null);
/** How often everything had to be read anew, since events were missed. */
export const restarts = signal(0);
export const liveState = signal<LiveState>('connecting');
/** What a screen reader is told; the rest of the page changes without a word. */
export const announcement = signal('');
/** What the page says of something that was just done, for a moment. */
export const notice = signal('');

const NOTICE_MS = 5_000;

export function tell(text: string): void {
  notice.value = text;
  setTimeout(() => {
    if (notice.peek() === text) notice.value = '';
  }, NOTICE_MS);
}

/** The address of what the page shows now, but for some of it. */
export function linkTo(changes: Partial<View>): string {
  return formatView({ ...view.value, ...changes });
}

/** Shows something else; the browser's back button leads back. */
export function show(changes: Partial<View>): void {
  location.hash = linkTo(changes);
  // Browsers tell of it later, and the next key may come before.
  view.value = parseView(location.hash);
}

export const CLOSED: Partial<View> = { conversation: '', message: '', at: '' };
