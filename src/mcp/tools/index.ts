import type { Tool } from '../tool.ts';
import { listChannels } from './list-channels.ts';
import { listConversations } from './list-conversations.ts';
import { messageStats } from './message-stats.ts';
import { readConversation } from './read-conversation.ts';
import { readMessage } from './read-message.ts';
import { responseStats } from './response-stats.ts';
import { searchMessages } from './search-messages.ts';
import { whoIs } from './who-is.ts';

/** In the order in which a model is told of them. */
export const tools: readonly Tool[] = [
  listChannels,
  listConversations,
  readConversation,
  readMessage,
  searchMessages,
  whoIs,
  messageStats,
  responseStats,
];
