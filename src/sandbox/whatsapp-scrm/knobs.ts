import type { SandboxKnobs } from '../sandbox-server.ts';
import type { PageCall } from './rules.ts';

/** What the provider leaves open, and may turn out this way or that. */
export interface WhatsAppKnobs extends SandboxKnobs {
  /** Which ends of the time range belong to it. */
  edges: 'both' | 'start' | 'end' | 'neither';
  pageOrder: 'id-asc' | 'id-desc' | 'time-asc' | 'time-desc' | 'shuffled';
  /** What comes first of records with one `chatTime`: always the same one, or now this and now that. */
  ties: 'by id' | 'turned every other page' | 'turned every other call' | 'at random';
  /** What `total` says: the truth, the records on the page, always 1, far too many, or what is made of the truth. */
  totals: 'right' | 'page' | 'one' | 'huge' | ((found: number) => number);
  /** A page longer than that is refused instead. */
  isOversizeRefused: boolean;
  /** `size` is what was asked for rather than what was given. */
  isSizeEchoed: boolean;
  /** What stands on a page after the last: nothing, the last one again, or any page's number gives the first. */
  beyondLast: 'nothing' | 'last page' | 'first page always';
  numbersAs: 'numbers' | 'strings';
  /** JSON contents as text, as published, or as the objects that they are. */
  contentsAs: 'text' | 'objects';
  /** The table of fields has no `id`. */
  hasIds: boolean;
  callsPerSecond: number;
  /** How far the time of a call may be off. */
  maxSkewMs: number;
  /** What every call is answered with while set. */
  code: number | null;
  /** Runs before each page is put together; for messages that arrive between two pages. */
  beforePage: ((call: PageCall) => void) | null;
  /** Sees the records of each page before they are sent, and may send something else. */
  rewriteRecords: ((records: Record<string, unknown>[]) => unknown) | null;
}

/** As in the provider's samples. */
export const WHATSAPP_KNOBS: WhatsAppKnobs = {
  fault: null,
  delayMs: 0,
  edges: 'both',
  pageOrder: 'id-desc',
  ties: 'by id',
  totals: 'right',
  maxPageSize: 100,
  isOversizeRefused: false,
  isSizeEchoed: false,
  beyondLast: 'nothing',
  numbersAs: 'numbers',
  contentsAs: 'text',
  hasIds: true,
  callsPerSecond: 50,
  maxSkewMs: 5 * 60_000,
  code: null,
  beforePage: null,
  rewriteRecords: null,
};
