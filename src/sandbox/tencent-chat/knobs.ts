import type { SandboxKnobs } from '../sandbox-server.ts';

export interface TencentChatKnobs extends SandboxKnobs {
  /** The order inside a page, which is not promised. */
  pageOrder: 'ascending' | 'descending' | 'shuffled';
  callsPerSecond: number;
  /** Asking for more than this many messages is answered with "too large". */
  largestAnswer: number;
  /** How the oldest page looks: `IsFinished` 2, or 1 like any other. */
  lastPage: 'says-expired' | 'says-complete';
  /** Whether the oldest page has a `LastMsgKey`. */
  hasKeyOnLastPage: boolean;
  /** Whether the message of the given key is listed too: the documentation says "earlier than". */
  isKeyInclusive: boolean;
  /** A single element as such or in a list. */
  singleElementAs: 'array' | 'object';
  /** How an empty body looks; `missing` lacks the time stamp too, and `bare` leaves nothing but the sequence. */
  emptyBodyAs: 'array' | 'object' | 'missing' | 'bare';
  /** Whether a recalled message still has its body. */
  isRecalledBodyKept: boolean;
  /** So many of the next calls are told that their signature has expired. */
  rejectSignatures: number;
  /** What every call answers while set. */
  errorCode: number | null;
  /** Sees each page before it is sent, and may send something else. */
  rewritePage: ((page: TencentChatPage) => unknown) | null;
}

export interface TencentChatPage {
  ActionStatus: 'OK';
  ErrorInfo: '';
  ErrorCode: 0;
  Official_Account: string;
  IsFinished: number;
  LastMsgKey?: string;
  RspMsgList: Record<string, unknown>[];
}

/** As the provider is known to be. */
export const TENCENT_CHAT_KNOBS: TencentChatKnobs = {
  fault: null,
  delayMs: 0,
  pageOrder: 'ascending',
  callsPerSecond: 200,
  maxPageSize: 20,
  largestAnswer: 20,
  lastPage: 'says-complete',
  hasKeyOnLastPage: true,
  isKeyInclusive: false,
  singleElementAs: 'array',
  emptyBodyAs: 'array',
  isRecalledBodyKept: true,
  rejectSignatures: 0,
  errorCode: null,
  rewritePage: null,
};
