import { ask, expectSame, toRequest, type Asked } from './graphql.ts';
import { runLoad, type LoadReport } from './load.ts';
import type { MeasuredProcess } from './measured-process.ts';

export interface QueryLoad {
  connections: number;
  /** Requests before the measured ones. */
  warmUp: number;
  /** Requests that are measured: so many, or as many as take the least time at the speed of the warm-up. */
  count: number;
  leastSeconds: number;
  headers: Record<string, string>;
}

export interface QueryReport extends LoadReport {
  /** Of the measured process, for one request. */
  cpuMs: number;
}

/** Compares the answer with the reference, warms up, and measures. */
export async function measureQuery(
  { url, cpuMs }: Pick<MeasuredProcess, 'url' | 'cpuMs'>,
  reference: Asked,
  { connections, warmUp, count, leastSeconds, headers }: QueryLoad,
): Promise<QueryReport> {
  const { body } = reference;
  const asked = await ask(url, body, headers);
  expectSame(asked, reference);
  const load = { url, connections, requestAt: toRequest(url, body, headers) };
  const { rate } = await runLoad({ ...load, count: warmUp });
  const measured = Math.max(count, Math.ceil(rate * leastSeconds));
  const cpuBefore = cpuMs();
  const report = await runLoad({ ...load, count: measured, answerBytes: asked.answerBytes });
  return { ...report, cpuMs: (cpuMs() - cpuBefore) / measured };
}
