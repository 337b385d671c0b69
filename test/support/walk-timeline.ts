import { ask, type GraphQLResult } from './gateway-world.ts';

export interface ShownMessage {
  id: string;
  sentAt: string;
  channel: { name: string };
  nativeId: string | null;
  text: string | null;
}

export interface ShownSource {
  channel: { name: string };
  state: string;
  errorCode: string | null;
  retryAfterSeconds: number | null;
  upstreamCalls: number;
  reachedStart: boolean;
}

export interface ShownPage {
  edges: { cursor: string; node: ShownMessage }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  sources: ShownSource[];
}

const PAGE = `
  query Page(
    $filter: MessageFilter, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String,
    $onSourceFailure: SourceFailurePolicy, $hasCursors: Boolean = true
  ) {
    messages(
      filter: $filter, orderBy: { direction: $direction }, first: $first, after: $after, last: $last, before: $before,
      onSourceFailure: $onSourceFailure
    ) {
      edges { cursor @include(if: $hasCursors) node { id sentAt channel { name } nativeId text } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      sources { channel { name } state errorCode retryAfterSeconds upstreamCalls reachedStart }
    }
  }`;

export interface PageVariables {
  filter?: Record<string, unknown>;
  direction?: 'ASC' | 'DESC';
  first?: number;
  after?: string | null;
  last?: number;
  before?: string | null;
  onSourceFailure?: 'PARTIAL' | 'FAIL';
  /** Whether each edge shows its cursor. */
  hasCursors?: boolean;
}

export function askPage(url: string, variables: PageVariables): Promise<GraphQLResult> {
  return ask(url, PAGE, { direction: 'DESC', ...variables });
}

/** @throws Error when there is an error */
export async function fetchPage(url: string, variables: PageVariables): Promise<ShownPage> {
  const { data, errors } = await askPage(url, variables);
  if (errors.length > 0 || !data?.['messages']) throw new Error(JSON.stringify(errors));
  return data['messages'] as ShownPage;
}

export interface WalkOptions {
  filter?: Record<string, unknown>;
  direction?: 'ASC' | 'DESC';
  /** How many messages each page asks for, over and over. */
  sizes?: readonly number[];
  /** `backward` pages with `last` and `before`, from the end. */
  paging?: 'forward' | 'backward';
  /** Gets a page; left out: by asking once. */
  fetch?: typeof fetchPage;
  /** Called after each page, whose edges are without cursors. */
  onPage?: (page: Pick<ShownPage, 'pageInfo' | 'sources'>, number: number) => Promise<void> | void;
}

/**
 * Walks from one end to the other, as a Relay client would.
 *
 * @returns the messages in the order in which they are shown
 */
export async function walkTimeline(url: () => string, options: WalkOptions = {}): Promise<ShownMessage[]> {
  const { sizes = [50], paging = 'forward', fetch = fetchPage, onPage, ...query } = options;
  const messages: ShownMessage[] = [];
  let cursor: string | null = null;
  for (let number = 0; ; number++) {
    if (number > 2_000) throw new Error('The walk does not end');
    const size = sizes[number % sizes.length] ?? 50;
    const isForward = paging === 'forward';
    const page: ShownPage = await fetch(url(), {
      ...query,
      hasCursors: false,
      ...(isForward ? { first: size, after: cursor } : { last: size, before: cursor }),
    });
    if (page.edges.length > size) throw new Error(`Asked for ${size}, got ${page.edges.length}`);
    const nodes = page.edges.map(({ node }) => node);
    if (isForward) messages.push(...nodes);
    else messages.unshift(...nodes);
    await onPage?.(page, number);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(isForward ? hasNextPage : hasPreviousPage)) return messages;
    cursor = isForward ? endCursor : startCursor;
    if (cursor === null) throw new Error('There is more, but no cursor to it');
  }
}
