import type { MessageRecord } from './records.ts';

/** The accounts of the agents who sent or received a message, as the provider spells them. */
export function agentAccountsOf({ agentAccount, sender, recipients }: MessageRecord): string[] {
  if (agentAccount !== undefined) return agentAccount === null ? [] : [agentAccount];
  return [sender, ...(recipients ?? [])].flatMap(({ role, nativeId }) => (role === 'AGENT' ? nativeId : []));
}
