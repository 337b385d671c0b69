import type { Random } from '../random.ts';
import { writePost, type TencentChatElement } from './contents.ts';

/** A message as the provider keeps it. */
export interface TencentChatPost {
  MsgSeq: number;
  MsgKey: string;
  /** Unix seconds. */
  MsgTimeStamp: number;
  From_Account: string;
  MsgBody: TencentChatElement[];
  /** 0 there, 1 gone, 2 recalled. */
  IsPlaceMsg: 0 | 1 | 2;
}

export interface NewPost {
  /** Unix ms; now when left out. */
  sentAt: number;
  body?: TencentChatElement[];
  fromAccount?: string;
}

/** The messages of one official account, each with its number in the order of receipt. */
export class TencentChatStream {
  readonly officialAccount: string;
  /** Oldest first. */
  readonly posts: TencentChatPost[] = [];
  readonly #random: Random;
  readonly #byKey = new Map<string, number>();
  #nextSequence: number;

  constructor(officialAccount: string, firstSequence: number, random: Random) {
    this.officialAccount = officialAccount;
    this.#nextSequence = firstSequence;
    this.#random = random;
  }

  /** @param post its time may be before the newest message's: servers' clocks differ */
  append({ sentAt, body, fromAccount }: NewPost): TencentChatPost {
    const MsgSeq = this.#nextSequence++;
    const MsgTimeStamp = Math.floor(sentAt / 1000);
    const post: TencentChatPost = {
      MsgSeq,
      MsgKey: `${MsgSeq}_1_${MsgTimeStamp}`,
      MsgTimeStamp,
      From_Account: fromAccount ?? `14411519${this.#random.between(10_000_000, 99_999_999)}`,
      MsgBody: body ?? writePost(this.#random, this.posts.length),
      IsPlaceMsg: 0,
    };
    this.#byKey.set(post.MsgKey, this.posts.length);
    this.posts.push(post);
    return post;
  }

  /** @throws Error when there is no such message */
  mark(sequence: number, as: 1 | 2): void {
    const post = this.posts.find(({ MsgSeq }) => MsgSeq === sequence);
    if (!post) throw new Error(`${this.officialAccount} has no message ${sequence}`);
    post.IsPlaceMsg = as;
  }

  /** How many messages are older than the one with this key; all without a key; null when no message has it. */
  countBefore(messageKey: string | undefined): number | null {
    return messageKey === undefined ? this.posts.length : (this.#byKey.get(messageKey) ?? null);
  }
}
