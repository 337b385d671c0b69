import type { VNode } from 'preact';
import type { SourceStatus } from '../../src/client/index.ts';
import { hasFailed } from '../model/messages.ts';
import { toClockTime } from '../model/time.ts';
import { SOURCE_STATES } from '../model/words.ts';
import { list, results, thread } from '../store/state.ts';

const FROM: Readonly<Record<NonNullable<SourceStatus['servedFrom']>, string>> = {
  ARCHIVE: 'from the archive',
  PROVIDER: 'from the provider',
  BOTH: 'from the archive and the provider',
};

/** Which channels answered, from where, and by how many calls. */
export function Sources(): VNode {
  return (
    <footer class="sources" aria-label="Sources">
      <Group title="List" sources={results.value?.pager.sources.value ?? list.value?.sources.value ?? []} />
      {thread.value && <Group title="Conversation" sources={thread.value.sources.value} />}
    </footer>
  );
}

function Group({ title, sources }: { title: string; sources: readonly SourceStatus[] }): VNode {
  return (
    <div class="group">
      <h2>{title}</h2>
      <ul>
        {sources.map((source) => (
          <li key={source.channel.name} class={hasFailed(source) ? 'failed' : source.state.toLowerCase()}>
            <b dir="auto">{source.channel.displayName ?? source.channel.name}</b> {describe(source)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function describe(source: SourceStatus): string {
  const { state, reason, errorCode, providerCode, retryAfterSeconds, servedFrom, upstreamCalls, asOf } =
    source;
  const parts = [
    reason === 'NOT_ARCHIVED' ? 'no archive' : SOURCE_STATES[state],
    reason === null || reason === 'NOT_ARCHIVED' ? null : reason,
    errorCode === null ? null : `${errorCode}${providerCode === null ? '' : ` (${providerCode})`}`,
    retryAfterSeconds === null ? null : `again in ${Math.ceil(retryAfterSeconds)} s`,
    servedFrom === null ? null : FROM[servedFrom],
    upstreamCalls === 1 ? '1 call' : `${upstreamCalls} calls`,
    asOf === null ? null : `as of ${toClockTime(asOf)}`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
