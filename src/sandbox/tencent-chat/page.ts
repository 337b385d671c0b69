import type { Random } from '../random.ts';
import type { SandboxKnobs } from '../sandbox-server.ts';
import type { HistoryRequest } from './rules.ts';
import type { TencentChatPost, TencentChatStream } from './history.ts';

export interface TencentChatKnobs extends SandboxKnobs {
  /** The order inside a page, which is not promised. */
  pageOrder: 'ascending' | 'descending' | 'shuffled';
  /** Longer pages are cut to this length, with `IsFinished` 0. */
  maxPageSize: number;
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

/** How pages are made: what the documentation leaves open, and the chance that decides on shuffled orders. */
export interface PageMaking {
  knobs: TencentChatKnobs;
  random: Random;
}

const DEFAULT_PAGE_SIZE = 20;

/** @param end how many messages are older than the request's key */
export function toPage(
  stream: TencentChatStream,
  end: number,
  request: HistoryRequest,
  { knobs, random }: PageMaking,
): TencentChatPage {
  const { maxPageSize, isKeyInclusive, lastPage, hasKeyOnLastPage } = knobs;
  const asked = request.ReqMsgNumber ?? DEFAULT_PAGE_SIZE;
  const isCut = asked > maxPageSize && end > maxPageSize;
  const start = Math.max(0, end - Math.min(asked, maxPageSize));
  const last = isKeyInclusive && request.LastMsgKey !== undefined ? end + 1 : end;
  const listed = stream.posts
    .slice(start, last)
    .filter((post) => post.IsPlaceMsg !== 2 || request.WithRecalledMsg === 1)
    .map((post) => toListed(post, knobs));
  const oldest = stream.posts[start];
  const hasKey = oldest !== undefined && start < end && (start > 0 || hasKeyOnLastPage);
  return {
    ActionStatus: 'OK',
    ErrorInfo: '',
    ErrorCode: 0,
    Official_Account: stream.officialAccount,
    IsFinished: start === 0 && lastPage === 'says-expired' ? 2 : isCut ? 0 : 1,
    ...(hasKey ? { LastMsgKey: oldest.MsgKey } : {}),
    RspMsgList: inPageOrder(listed, knobs.pageOrder, random),
  };
}

function toListed(
  { MsgBody, MsgTimeStamp, ...post }: TencentChatPost,
  { singleElementAs, emptyBodyAs, isRecalledBodyKept }: TencentChatKnobs,
): Record<string, unknown> {
  const isEmpty = post.IsPlaceMsg === 1 || (post.IsPlaceMsg === 2 && !isRecalledBodyKept);
  if (isEmpty && emptyBodyAs === 'bare') return { MsgSeq: post.MsgSeq, IsPlaceMsg: post.IsPlaceMsg };
  if (isEmpty && emptyBodyAs === 'missing') return post;
  const body = singleElementAs === 'object' && MsgBody.length === 1 ? MsgBody[0] : MsgBody;
  return { ...post, MsgTimeStamp, MsgBody: isEmpty ? (emptyBodyAs === 'array' ? [] : {}) : body };
}

function inPageOrder<T>(ascending: T[], order: TencentChatKnobs['pageOrder'], random: Random): T[] {
  switch (order) {
    case 'ascending':
      return ascending;
    case 'descending':
      return ascending.reverse();
    case 'shuffled':
      return ascending
        .map((item) => ({ item, rank: random.next() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item);
  }
}
