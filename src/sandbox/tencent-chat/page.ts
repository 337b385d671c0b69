import type { Random } from '../random.ts';
import type { TencentChatPost, TencentChatStream } from './history.ts';
import type { TencentChatKnobs, TencentChatPage } from './knobs.ts';
import type { HistoryRequest } from './rules.ts';

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
