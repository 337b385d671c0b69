/** What `/metrics` says: the value of each sample by its name with its labels, as Prometheus writes them. */
export type Samples = ReadonlyMap<string, number>;

/** @param url of the GraphQL endpoint, or of anything else on the same server */
export async function readMetrics(url: string): Promise<Samples> {
  const answer = await fetch(new URL('/metrics', url));
  if (answer.status !== 200) throw new Error(`/metrics answered with ${answer.status}`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line): [string, number] => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1).replace('Inf', 'Infinity'))];
    }),
  );
}
