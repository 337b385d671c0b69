import { useGraphiQL } from '@graphiql/react';
import { useEffect, type ReactNode } from 'react';

/** As the gateway tells it in `extensions.cost`; one that refuses a query for its cost has made no calls. */
export interface Cost {
  calls: number;
  maxCalls: number;
  rows: number;
  maxRows: number;
  callsMade?: number;
}

/** Takes the cost out of an answer, which stays as it would be for anyone else; an error keeps its own. */
export function takeCost(answer: unknown): Cost | null {
  if (!isObject(answer)) return null;
  const { extensions } = answer;
  if (isObject(extensions) && isCost(extensions['cost'])) {
    const { cost } = extensions;
    delete extensions['cost'];
    if (Object.keys(extensions).length === 0) delete answer['extensions'];
    return cost;
  }
  const errors: unknown[] = Array.isArray(answer['errors']) ? answer['errors'] : [];
  const costs = errors.map(
    (error) => isObject(error) && isObject(error['extensions']) && error['extensions']['cost'],
  );
  return costs.find(isCost) ?? null;
}

/** Below the result. @param onOtherTab whose result has another cost */
export function CostLine({ cost, onOtherTab }: { cost: Cost | null; onOtherTab: () => void }): ReactNode {
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.id);
  useEffect(onOtherTab, [tab]);
  if (!cost) return null;
  const { calls, maxCalls, rows, maxRows, callsMade } = cost;
  const made = callsMade === undefined ? 'not run' : `${count(callsMade)} made`;
  return (
    <p className="cost" role="status">
      At most {count(calls)} of {count(maxCalls)} calls to providers, {made}. At most {count(rows)} of{' '}
      {count(maxRows)} items.
    </p>
  );
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCost(value: unknown): value is Cost {
  return (
    isObject(value) &&
    ['calls', 'maxCalls', 'rows', 'maxRows'].every((name) => typeof value[name] === 'number')
  );
}
