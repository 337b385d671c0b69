import type { VNode } from 'preact';
import { Conversations } from './panes/conversations.tsx';
import { Filters } from './panes/filters.tsx';
import { Header } from './panes/header.tsx';
import { OpenConversation } from './panes/open-conversation.tsx';
import { SearchResults } from './panes/search-results.tsx';
import { SignIn } from './panes/sign-in.tsx';
import { Sources } from './panes/sources.tsx';
import { isRefused } from './store/session.ts';
import { announcement, list, notice, results, thread, view } from './store/state.ts';

/** The list on the left, the open conversation beside it; on narrow screens one of the two. */
export function App(): VNode {
  if (isRefused.value) return <SignIn />;
  const [found, open, conversations] = [results.value, thread.value, list.value];
  return (
    <div class="app" data-pane={view.value.conversation === '' ? 'list' : 'conversation'}>
      <Header />
      <main>
        <nav class="side" aria-label={found ? 'Search results' : 'Conversations'}>
          <Filters />
          {found && <SearchResults results={found} />}
          {!found && conversations && <Conversations list={conversations} />}
        </nav>
        <div class="middle">
          {open ? (
            <OpenConversation thread={open} />
          ) : (
            <p class="hint">Choose a conversation: arrow keys move, Enter opens, / searches.</p>
          )}
        </div>
      </main>
      <Sources />
      <p class="unseen" role="status" aria-live="polite">
        {announcement.value}
      </p>
      <p class="notice" role="status">
        {notice.value}
      </p>
    </div>
  );
}
