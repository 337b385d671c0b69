import type { MessageRecord } from '../domain/records.ts';
import type { TimelinePage } from '../timeline/timeline-page.ts';

export type RowPage = Pick<TimelinePage, 'edges' | 'nodes' | 'pageInfo'>;
/** A message, and when an archive kept it. */
export type RowRecord = MessageRecord & { readonly archivedSeq?: number };
