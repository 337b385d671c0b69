import type { VNode } from 'preact';
import { toExcerpt } from '../model/highlight.ts';
import { toShort, toWhole } from '../model/time.ts';
import type { Hit, Results } from '../store/results.ts';
import { linkTo, show, view } from '../store/state.ts';
import { toName, toPreview } from './conversations.tsx';
import { More } from './more.tsx';
import { Text } from './text.tsx';

const EXCERPT_LENGTH = 160;

export function SearchResults({ results }: { results: Results }): VNode {
  const { pager, search } = results;
  const hits = results.hits.value;
  const [isLoading, hasMore] = [pager.isLoading.value, pager.hasMore.value];
  const hasNoTexts = pager.sources.value.filter(({ reason }) => reason === 'TEXT_NOT_DISCLOSED');
  return (
    <section class="list" aria-labelledby="list-title">
      <div class="title">
        <h2 id="list-title">
          Found: <span dir="auto">{search}</span>
        </h2>
        <button
          type="button"
          onClick={() => {
            show({ search: '' });
          }}
        >
          Close
        </button>
      </div>
      {pager.failure.value !== '' && (
        <p class="failure" role="alert">
          {pager.failure.value}
        </p>
      )}
      <p class="small" role="status">
        {`${hits.length}${hasMore ? '+' : ''} messages`}
        {hasNoTexts.map(({ channel }) => ` · ${channel.displayName ?? channel.name} discloses no texts`)}
      </p>
      <ul>
        {hits.map((hit) => (
          <Entry key={hit.node.id} hit={hit} />
        ))}
      </ul>
      {hasMore && (
        <More
          label="Search further back"
          isLoading={isLoading}
          length={hits.length}
          onMore={() => void pager.more()}
        />
      )}
    </section>
  );
}

function Entry({ hit: { node, highlights } }: { hit: Hit }): VNode {
  const { id, sentAt, conversation, channel, text } = node;
  const excerpt = toExcerpt(text ?? toPreview(node), highlights ?? [], EXCERPT_LENGTH);
  return (
    <li>
      <a
        class="entry"
        href={linkTo({ conversation: conversation.id, message: id, at: sentAt })}
        data-conversation={conversation.id}
        aria-current={id === view.value.message ? 'true' : undefined}
      >
        <span class="name" dir="auto">
          {toName({ title: conversation.title, lastMessage: node })}
        </span>
        <time dateTime={sentAt} title={toWhole(sentAt)}>
          {toShort(sentAt, Date.now())}
        </time>
        <span class="last">
          <Text text={excerpt.text} found={excerpt} />
        </span>
        <span class="channel" dir="auto">
          {channel.displayName ?? channel.name}
        </span>
      </a>
    </li>
  );
}
