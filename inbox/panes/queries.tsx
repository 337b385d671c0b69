import type { Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { toShownQueries } from '../model/queries.ts';
import { list, view } from '../store/state.ts';

/** The queries behind what is on the screen, with their variables, and the way to the playground. */
export function Queries({ isOpen }: { isOpen: Signal<boolean> }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const isShown = isOpen.value;
  useEffect(() => {
    if (isShown) dialog.current?.showModal();
  }, [isShown]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="queries-title"
      onClose={() => {
        isOpen.value = false;
      }}
    >
      <div class="title">
        <h2 id="queries-title">What this page asks</h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </div>
      {isShown &&
        toShownQueries(view.value, list.value?.unarchived.value ?? []).map(
          ({ title, query, variables, link }, index) => (
            <details key={title} open={index === 0}>
              <summary>{title}</summary>
              <p>
                <a href={link} target="_blank" rel="noopener noreferrer">
                  Open in the playground
                </a>
              </p>
              <h3>Variables</h3>
              <pre tabIndex={0}>{variables}</pre>
              <h3>Query</h3>
              <pre tabIndex={0}>{query}</pre>
            </details>
          ),
        )}
    </dialog>
  );
}
