import { CONVERSATIONS } from './conversations.ts';
import { DAILY, RESPONSES } from './figures.ts';
import { MESSAGES } from './messages.ts';
import { PARTICIPANTS } from './participants.ts';
import type { View } from './view.ts';

/** One more whenever a view changes in any way: stores with another number get the views anew. */
export const VIEWS_VERSION = 1;

export const VIEWS: readonly View[] = [MESSAGES, CONVERSATIONS, PARTICIPANTS, DAILY, RESPONSES];
