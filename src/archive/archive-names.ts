import type { ChatChannel } from '../datasources/message-source.ts';

/** The name of what is kept of a source, as for the store's ports: of an account, and of the channel's name. */
export function archiveNameOf({ account }: Pick<ChatChannel, 'account'>, source: string): string {
  return `${account} ${source}`;
}

/** The account in which participants of all sources of a channel are the same, as for the store's ports. */
export function archiveAccountOf(channel: Pick<ChatChannel, 'account' | 'name'>): string {
  return archiveNameOf(channel, channel.name);
}
