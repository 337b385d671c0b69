import { isDeepStrictEqual } from 'node:util';
import type { LoadRequest } from './load.ts';

/** What a server was asked, and its answer. */
export interface Asked {
  /** As posted. */
  body: string;
  answer: { data: Record<string, unknown> };
  answerBytes: number;
}

export function toBody(query: string, variables: Record<string, unknown> = {}): string {
  return JSON.stringify({ query: query.replaceAll(/\s+/g, ' ').trim(), variables });
}

/** The same request each time. @param url of the GraphQL endpoint */
export function toRequest(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): () => LoadRequest {
  const request = {
    path: new URL(url).pathname,
    body,
    headers: { 'content-type': 'application/json', ...headers },
  };
  return () => request;
}

/** @throws Error when there is an error */
export async function ask(url: string, body: string, headers: Record<string, string> = {}): Promise<Asked> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const answer = JSON.parse(bytes.toString()) as { data?: Record<string, unknown> | null; errors?: unknown };
  const { data, errors } = answer;
  if (!data || errors !== undefined) throw new Error(`It answered ${bytes.toString('utf8', 0, 1_000)}`);
  return { body, answer: { data }, answerBytes: bytes.length };
}

/** @throws Error with the place where a server's answer is another one than the reference */
export function expectSame({ answer }: Asked, reference: Asked): void {
  expectEqual(answer, reference.answer, 'answer');
}

/** The same for the messages of a page alone: its cursors tell when it was read. */
export function expectSameNodes(asked: Asked, reference: Asked): void {
  const [nodes, expected] = [asked, reference].map(({ answer }) => pick(answer.data['messages'], 'nodes'));
  expectEqual(nodes, expected, 'nodes');
}

/** @throws Error with the place of the first difference */
export function expectEqual(value: unknown, expected: unknown, name: string): void {
  if (isDeepStrictEqual(value, expected)) return;
  throw new Error(`It differs from the reference at ${differenceOf(value, expected, name)}`);
}

function pick(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

/** The path of the first difference, with no more than that: pages are long. */
export function differenceOf(value: unknown, expected: unknown, path: string): string {
  if (typeof value !== 'object' || value === null || typeof expected !== 'object' || expected === null)
    return `${path}: ${toText(value)} rather than ${toText(expected)}`;
  const [own, others] = [new Map(Object.entries(value)), new Map(Object.entries(expected))];
  for (const key of new Set([...others.keys(), ...own.keys()])) {
    if (isDeepStrictEqual(own.get(key), others.get(key))) continue;
    return differenceOf(own.get(key), others.get(key), `${path}.${key}`);
  }
  return path;
}

function toText(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100);
}
