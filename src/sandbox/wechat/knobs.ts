import type { SandboxKnobs } from '../sandbox-server.ts';

/** What the documentation leaves open about the provider. */
export interface WeChatKnobs extends SandboxKnobs {
  /** Which bounds of a window belong to it. */
  edges: 'inclusive' | 'exclusive' | 'start-inclusive' | 'end-inclusive';
  /** How the records of a page are arranged. Pages always follow each other by id. */
  pageOrder: 'ascending' | 'descending' | 'shuffled';
  /** One in bytes, of the answer as it is sent, at least 65,536; null: however long it becomes. */
  maxPageBytes: number | null;
  /** Whether a page begins after the record with whose id it was requested, or with it; `stuck`: always with the first. */
  cursor: 'exclusive' | 'inclusive' | 'stuck';
  /** Ids over the account without gaps, with gaps, or restarting in every window. */
  ids: 'dense' | 'sparse' | 'per-window';
  /** Strings carry control characters as they are. */
  hasRawControlCharacters: boolean;
  /** The list of agents goes by the name in the documentation's table, or by that in its example. */
  agentListName: 'kf_list' | 'kf_online_list';
}

/** As the documentation has it. */
export const WECHAT_KNOBS: WeChatKnobs = {
  fault: null,
  delayMs: 0,
  edges: 'inclusive',
  pageOrder: 'ascending',
  maxPageSize: Infinity,
  maxPageBytes: null,
  cursor: 'exclusive',
  ids: 'sparse',
  hasRawControlCharacters: false,
  agentListName: 'kf_list',
};
