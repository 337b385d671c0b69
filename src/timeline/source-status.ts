import { RecordsMissingError, UpstreamError } from '../errors/upstream-error.ts';
import { UPSTREAM_ERRORS, type FailedSourceState } from '../errors/catalogue.ts';
import type { ChatChannel, EndReason } from '../datasources/message-source.ts';
import type { MergeInput } from './merge-input.ts';

export type SourceState = 'OK' | 'PARTIAL' | FailedSourceState;

/** Why a channel is PARTIAL. */
export type SourceReason =
  'LIMIT_REACHED' | 'RECORDS_MISSING' | 'NOT_ARCHIVED' | 'NOT_COVERED' | 'TEXT_NOT_DISCLOSED';

export type ServedFrom = 'ARCHIVE' | 'PROVIDER' | 'BOTH';

/** The status of one channel in one request. */
export interface SourceStatus {
  channel: ChatChannel;
  state: SourceState;
  /** The failure behind the state; null when OK or PARTIAL. */
  failure: UpstreamError | null;
  /** Null unless the state is PARTIAL. */
  reason: SourceReason | null;
  upstreamCalls: number;
  /** Null: the list is none of messages, so it has no end at the provider. */
  reachedStart: boolean | null;
  /** Null while more follows, when newer messages were read, and when the reason is not known. */
  endReason: EndReason | null;
  /** Unix ms. */
  earliestReachableAt: number | null;
  /** Unix ms: when the archive was last complete. Null if the provider itself was called. */
  asOf: number | null;
  /** Null: nothing was read. */
  servedFrom: ServedFrom | null;
}

interface StatusOptions {
  /** How many this request has made to the channel's provider. */
  upstreamCalls: number;
  /** Unix ms. */
  now: number;
  /** Only what is kept was to be read. */
  isArchiveOnly?: boolean;
  /** Messages are looked for by their texts. */
  needsText?: boolean;
}

/** Precedence of the end reasons of a channel with several sources: the first that one of them has. */
const REASONS_BY_WEIGHT: readonly EndReason[] = ['EXPIRED', 'BOUND', 'BEGINNING'];

/**
 * @param inputs all inputs of this channel; the worst of them speaks for it
 */
export async function toSourceStatus(
  channel: ChatChannel,
  inputs: readonly MergeInput[],
  { upstreamCalls, now, isArchiveOnly = false, needsText = false }: StatusOptions,
): Promise<SourceStatus> {
  const failed =
    inputs.find((input) => input.state === 'failed') ?? inputs.find((input) => input.state === 'gone');
  const failure = failed ? toUpstreamError(channel, failed) : null;
  const isMissing = isArchiveOnly && !channel.archiveState;
  const reason = failure
    ? null
    : isMissing
      ? 'NOT_ARCHIVED'
      : (toReason(inputs) ?? toLackOfText(channel, needsText));
  const ageMs = (await channel.keepUp?.ageMs()) ?? null;
  return {
    channel,
    state: failure ? UPSTREAM_ERRORS[failure.code].sourceState : reason ? 'PARTIAL' : 'OK',
    failure,
    reason,
    upstreamCalls,
    reachedStart: inputs.every((input) => input.state === 'ended'),
    endReason: toEndReason(inputs),
    earliestReachableAt: await channel.earliestReachableAt(now),
    asOf: ageMs === null ? null : Math.round(now - ageMs),
    servedFrom: toServedFrom(inputs),
  };
}

/** The status of a channel in a list of what archives keep other than messages. @param now Unix ms */
export async function toKeptStatus(channel: ChatChannel, now: number): Promise<SourceStatus> {
  const isKept = channel.archiveNames !== undefined;
  return {
    channel,
    state: isKept ? 'OK' : 'PARTIAL',
    failure: null,
    reason: isKept ? null : 'NOT_ARCHIVED',
    upstreamCalls: 0,
    reachedStart: null,
    endReason: null,
    earliestReachableAt: await channel.earliestReachableAt(now),
    asOf: null,
    servedFrom: isKept ? 'ARCHIVE' : null,
  };
}

/** The first failure. What a provider no longer knows is not missing in what it lists. */
export function findFailure(sources: readonly SourceStatus[]): UpstreamError | null {
  return sources.find(({ failure }) => failure && !failure.failure.isGone)?.failure ?? null;
}

/**
 * Why a list that must be complete cannot be shown: a failure, or messages that a provider counts and does not list.
 */
export function findLack(sources: readonly SourceStatus[]): UpstreamError | null {
  const short = sources.find(({ reason }) => reason === 'RECORDS_MISSING');
  return (
    findFailure(sources) ??
    (short ? new RecordsMissingError(short.channel.name, short.channel.provider) : null)
  );
}

/** What its messages say is not known, so nothing of it is found by texts. */
function toLackOfText({ capabilities }: ChatChannel, needsText: boolean): SourceReason | null {
  return needsText && !capabilities.disclosesText ? 'TEXT_NOT_DISCLOSED' : null;
}

/** The missing messages matter more: the page also shows that more follows. */
function toReason(inputs: readonly MergeInput[]): SourceReason | null {
  if (inputs.some((input) => input.isIncomplete)) return 'RECORDS_MISSING';
  if (inputs.some((input) => input.state === 'paused')) return 'LIMIT_REACHED';
  return inputs.some((input) => input.isUncovered) ? 'NOT_COVERED' : null;
}

function toServedFrom(inputs: readonly MergeInput[]): ServedFrom | null {
  const sides = new Set(inputs.flatMap((input) => [...input.sides]));
  const [side = null] = sides;
  return sides.size > 1 ? 'BOTH' : side;
}

function toEndReason(inputs: readonly MergeInput[]): EndReason | null {
  const reasons = inputs.map((input) => input.endReason);
  if (reasons.includes(null)) return null;
  // A filter that excludes a whole channel bounds it.
  return REASONS_BY_WEIGHT.find((reason) => reasons.includes(reason)) ?? 'BOUND';
}

function toUpstreamError(channel: ChatChannel, { failure }: MergeInput): UpstreamError {
  if (failure instanceof UpstreamError) return failure;
  return new UpstreamError(
    channel.name,
    channel.provider,
    { code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, advice: 'Something went wrong in the gateway' },
    { cause: failure },
  );
}
