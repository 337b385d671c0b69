import type { Link } from './link.ts';

const DAY_MS = 86_400_000;

/** The questions that people come with. Those about a range have the last two weeks that archives have settled. */
export function createTabs(now: number): Link[] {
  const files = import.meta.glob<string>('./tabs/*.graphql', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const startOfDay = (daysAgo: number): string =>
    new Date(Math.floor(now / DAY_MS - daysAgo) * DAY_MS).toISOString();
  const range = JSON.stringify({ since: startOfDay(16), until: startOfDay(2) }, null, 2);
  return Object.values(files).map((query) => ({
    query,
    variables: query.includes('$since') ? range : null,
  }));
}
