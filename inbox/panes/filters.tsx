import type { TargetedEvent, VNode } from 'preact';
import { startOfDay, toInputDay } from '../model/time.ts';
import { NO_FILTERS, toFilters, type View } from '../model/view.ts';
import { CONVERSATION_KINDS, entriesOf, MESSAGE_KINDS, PROVIDERS, toKey } from '../model/words.ts';
import { channels, show, view } from '../store/state.ts';

/** What the list, the search and the open conversation are narrowed to. */
export function Filters(): VNode {
  const shown = view.value;
  const count = Object.values(toFilters(shown)).filter((value) => value !== '').length;
  return (
    <details class="filters">
      <summary>{count === 0 ? 'Filters' : `Filters (${count})`}</summary>
      <form onSubmit={prevent}>
        <Choice
          label="Channel"
          value={shown.channel}
          options={channels.value.map(({ name, displayName }) => [name, displayName ?? name])}
          onChoose={(channel) => ({ channel })}
        />
        <Choice
          label="Provider"
          value={shown.provider}
          options={entriesOf(PROVIDERS)}
          onChoose={(provider) => ({ provider: toKey(PROVIDERS, provider) })}
        />
        <Choice
          label="Conversations"
          value={shown.conversationKind}
          options={entriesOf(CONVERSATION_KINDS)}
          onChoose={(kind) => ({ conversationKind: toKey(CONVERSATION_KINDS, kind) })}
        />
        <Choice
          label="Messages"
          value={shown.messageKind}
          options={entriesOf(MESSAGE_KINDS)}
          onChoose={(kind) => ({ messageKind: toKey(MESSAGE_KINDS, kind) })}
        />
        <Day label="From" value={toInputDay(shown.since)} onChoose={(day) => ({ since: startOfDay(day) })} />
        <Day
          label="To"
          value={toInputDay(shown.until, -1)}
          onChoose={(day) => ({ until: startOfDay(day, 1) })}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={shown.awaiting !== ''}
            onChange={({ currentTarget }) => {
              show({ awaiting: currentTarget.checked ? 'yes' : '' });
            }}
          />
          Waiting for a reply
        </label>
        <button
          type="button"
          disabled={count === 0}
          onClick={() => {
            show(NO_FILTERS);
          }}
        >
          Clear
        </button>
      </form>
    </details>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChoose: (value: string) => Partial<View>;
}

function Choice({
  label,
  value,
  options,
  onChoose,
}: FieldProps & { options: readonly (readonly [string, string])[] }): VNode {
  return (
    <label>
      {label}
      <select value={value} onChange={choose(onChoose)}>
        <option value="">All</option>
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Day({ label, value, onChoose }: FieldProps): VNode {
  return (
    <label>
      {label}
      <input type="date" value={value} onChange={choose(onChoose)} />
    </label>
  );
}

function choose(
  onChoose: FieldProps['onChoose'],
): (event: TargetedEvent<HTMLInputElement | HTMLSelectElement>) => void {
  return ({ currentTarget }) => {
    show(onChoose(currentTarget.value));
  };
}

function prevent(event: Event): void {
  event.preventDefault();
}
