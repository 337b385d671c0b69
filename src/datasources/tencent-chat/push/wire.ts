import { z } from 'zod';
import { parseProviderJson } from '../../kit/json.ts';

/** What happened to one message of an official account. */
export const messageEvent = z.object({
  type: z.literal(['send', 'withdraw']),
  officialAccount: z.string(),
  /** `MsgKey`. */
  messageKey: z.string(),
});

export type MessageEvent = z.output<typeof messageEvent>;

/** The provider's documents show one; so many can be looked up within seconds. */
const MAX_WITHDRAWN = 200;

const messageKey = z.string().min(1).max(128);
const flag = z.union([z.literal([0, 1]), z.literal(['0', '1']).transform(Number)]);

const sent = z
  .object({
    Official_Account: z.string().min(1),
    MsgKey: messageKey,
    /** 1: pushed only to users who are online, and never listed. */
    OnlineOnlyFlag: flag.default(0),
  })
  .transform(({ Official_Account, MsgKey, OnlineOnlyFlag }): MessageEvent[] =>
    OnlineOnlyFlag === 1 ? [] : [{ type: 'send', officialAccount: Official_Account, messageKey: MsgKey }],
  );

const withdrawn = z
  .object({
    Official_Account: z.string().min(1),
    // Counted before any of them is looked at.
    WithdrawMsgList: z
      .array(z.unknown())
      .max(MAX_WITHDRAWN)
      .pipe(z.array(z.object({ MsgKey: messageKey }))),
  })
  .transform(({ Official_Account, WithdrawMsgList }) =>
    WithdrawMsgList.map(({ MsgKey }): MessageEvent => ({
      type: 'withdraw',
      officialAccount: Official_Account,
      messageKey: MsgKey,
    })),
  );

const other = z.record(z.string(), z.unknown()).transform((): MessageEvent[] => []);

/** By `CallbackCommand`; of all others, that the body is a JSON object is enough. */
const BODIES = new Map<string, z.ZodType<MessageEvent[]>>([
  ['OfficialAccount.CallbackAfterSendMsg', sent],
  ['OfficialAccount.CallbackAfterMsgWithDraw', withdrawn],
]);

/** The command, for the log: one that is not known could be anything. */
export function toKnownCommand(command: string): string {
  return BODIES.has(command) ? command : 'another command';
}

/**
 * @param command `CallbackCommand`
 * @param body JSON, which may hold raw control characters in what an app has written
 * @returns none for what does not concern the history; null when the body is not one of the command
 * @see https://www.tencentcloud.com/document/product/1047/60804
 */
export function readMessageEvents(command: string, body: string): MessageEvent[] | null {
  return (BODIES.get(command) ?? other).safeParse(parseJson(body)).data ?? null;
}

function parseJson(text: string): unknown {
  try {
    return parseProviderJson(text);
  } catch {
    return undefined;
  }
}
