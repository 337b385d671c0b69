import type { SandboxKnobs } from '../sandbox-server.ts';
import type { WeComRecord } from './history.ts';

export interface WeComKnobs extends SandboxKnobs {
  /** Asking for more messages than this is answered with "too large". */
  largestAnswer: number;
  /** The documentation says both. */
  hasMoreAs: 'boolean' | 'number';
  /** How far back a call without a cursor starts; 3 at the real one. With more than 5, messages also stay so long. */
  reachDays: number;
  /** What every sync_msg answers while set. */
  syncErrcode: number | null;
  /** What every gettoken answers while set. */
  tokenErrcode: number | null;
  /** The strict limit on calls without a push token is used up: each gets 45009. */
  isLimitedWithoutPushToken: boolean;
  /** Without a push token, a call that comes sooner after the last gets 45009. The real limit is not published. */
  secondsBetweenCalls: number;
  /** Whether that limit holds for pages of a backlog too, or only once nothing follows. */
  limitsBacklogs: boolean;
  /** A push token is good for one page only, which the documentation leaves open. */
  isPushTokenForOnePage: boolean;
  /** Sees each page before it is sent, and may send something else. */
  rewritePage: ((page: WeComPage) => unknown) | null;
}

export interface WeComPage {
  errcode: number;
  errmsg: string;
  has_more: boolean | number;
  next_cursor: string;
  msg_list: WeComRecord[];
}

/** As the provider is known to be. */
export const WECOM_KNOBS: WeComKnobs = {
  fault: null,
  delayMs: 0,
  maxPageSize: 1000,
  largestAnswer: 1000,
  hasMoreAs: 'boolean',
  reachDays: 3,
  syncErrcode: null,
  tokenErrcode: null,
  isLimitedWithoutPushToken: false,
  secondsBetweenCalls: 0,
  limitsBacklogs: false,
  isPushTokenForOnePage: false,
  rewritePage: null,
};
