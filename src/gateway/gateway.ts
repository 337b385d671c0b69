import type { ChatChannel } from '../datasources/message-source.ts';
import type { TypeNames } from '../datasources/provider.ts';
import type { Provider } from '../domain/records.ts';
import type { EventFeed } from '../live/event-feed.ts';
import type { PageSizes } from '../timeline/page-request.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import type { TimelineQuery } from '../timeline/timeline.ts';
import type { TimelinePage } from '../timeline/timeline-page.ts';
import type { ArchiveReader } from './archive-reader.ts';
import type { CallerMasking } from './caller-masking.ts';
import type { GlobalIdCodec } from './global-id.ts';
import type { ListCursors } from './list-cursors.ts';
import type { Mask } from './mask.ts';
import type { RecordRead } from './read-recorder.ts';

/** The timeline as resolvers read it. */
export interface TimelineReader {
  /**
   * @param query `field`: what is read, as a schema coordinate such as `Query.messages`
   * @throws RequestError `BAD_CURSOR`
   * @throws UpstreamError when a source failed, or omits messages, and `onSourceFailure` is `FAIL`
   */
  read(query: TimelineQuery & { field: string }, requestBudget: RequestBudget): Promise<TimelinePage>;
}

/** What all requests of one caller share. */
export interface Gateway {
  /** By name, in the order of the configuration. */
  channels: ReadonlyMap<string, ChatChannel>;
  timeline: TimelineReader;
  ids: GlobalIdCodec;
  /** Seals the cursors of lists other than the timeline. */
  listCursors: ListCursors;
  pageSizes: PageSizes;
  /** Of `messageRows`. */
  rowSizes: PageSizes;
  live: EventFeed;
  mask: Mask;
  /** How the schema calls what each provider holds. */
  typeNames: ReadonlyMap<Provider, TypeNames>;
  /** Masks what the caller may not see. */
  masking: CallerMasking;
  /** What is kept of the channels. */
  archives: ArchiveReader;
  /** Call it before you return messages that `timeline` has not read. */
  recordRead: RecordRead;
  /** The budget of one request. @param caller whose share of the providers' quotas it uses; default: anonymous */
  createRequestBudget(caller?: string): RequestBudget;
}

/** Every record names a channel that its reader sees. */
export function channelOf(
  { channels }: Pick<Gateway, 'channels'>,
  { channel: name }: { channel: string },
): ChatChannel {
  const channel = channels.get(name);
  if (!channel) throw new Error(`A record names the channel ${name}, which is not there`);
  return channel;
}

export function typeNamesOf({ typeNames }: Pick<Gateway, 'typeNames'>, provider: Provider): TypeNames {
  const names = typeNames.get(provider);
  if (!names) throw new Error(`A record names the provider ${provider}, which is not there`);
  return names;
}
