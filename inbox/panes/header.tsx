import { signal } from '@preact/signals';
import type { TargetedSubmitEvent, VNode } from 'preact';
import { SEARCH_ID } from '../keys.ts';
import type { LiveState } from '../store/live.ts';
import { apiKey, signOut } from '../store/session.ts';
import { liveState, show, tell, view } from '../store/state.ts';
import { Queries } from './queries.tsx';

const LIVE: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting …',
  live: 'Live',
  reconnecting: 'Reconnecting …',
  refused: 'No new messages: the gateway refuses the subscription',
};

const areQueriesShown = signal(false);

export function Header(): VNode {
  return (
    <header class="top">
      <h1>Inbox</h1>
      <form role="search" onSubmit={search}>
        <label class="unseen" for={SEARCH_ID}>
          Search in messages
        </label>
        <input
          id={SEARCH_ID}
          name="search"
          type="search"
          placeholder="Search ( / )"
          maxLength={256}
          dir="auto"
          defaultValue={view.value.search}
          key={view.value.search}
        />
      </form>
      <p class={`live ${liveState.value}`} role="status">
        {LIVE[liveState.value]}
      </p>
      <button type="button" onClick={() => void copyLink()}>
        Copy link
      </button>
      <button
        type="button"
        onClick={() => {
          areQueriesShown.value = true;
        }}
      >
        GraphQL
      </button>
      {apiKey.value !== '' && (
        <button type="button" onClick={signOut}>
          Forget key
        </button>
      )}
      <Queries isOpen={areQueriesShown} />
    </header>
  );
}

function search(event: TargetedSubmitEvent<HTMLFormElement>): void {
  event.preventDefault();
  const text = new FormData(event.currentTarget).get('search');
  show({ search: typeof text === 'string' ? text.trim() : '' });
}

/** Browsers let pages write to the clipboard over HTTPS and on this machine only. */
async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    tell('The link is copied. It has no key.');
  } catch {
    tell('The browser does not let this page copy: the link is in the address bar. It has no key.');
  }
}
