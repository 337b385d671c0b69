import { z } from 'zod';

/** Says which message of which official account. */
export interface MessageReference {
  officialAccount: string;
  /** Finds it. */
  messageSequence: number;
  /** Knows it: an account that was deleted and made anew counts from the start again. */
  messageKey: string;
}

const reference = z.tuple([z.string().min(1), z.int().nonnegative(), z.string().min(1)]);

/** `MessageRecord.key`. A `MsgKey` holds the sequence, so code that knows only the `MsgKey` can make the same key. */
export function toRecordKey({ officialAccount, messageSequence, messageKey }: MessageReference): string {
  return JSON.stringify([officialAccount, messageSequence, messageKey]);
}

/** @returns null when the key is not one that `toRecordKey` made */
export function parseRecordKey(key: string): MessageReference | null {
  const { data } = reference.safeParse(parseJson(key));
  return data ? { officialAccount: data[0], messageSequence: data[1], messageKey: data[2] } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
