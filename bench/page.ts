import { format, resolveConfig } from 'prettier';
import { toClaimRows, toFigureRows } from './report.ts';
import type { BenchResult } from './result.ts';
import { toMarkdownTable } from './table.ts';

const BEGIN = '<!-- figures: npm run bench -- --keep -->';
const END = '<!-- end of figures -->';
const NONE = 'No run has been kept yet.';

/** @returns the page with the figures of the newest run of each case. @throws Error when it has no place for them */
export async function withFigures(
  page: string,
  results: readonly BenchResult[],
  file: string,
): Promise<string> {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} has no place for the figures`);
  const text = `${page.slice(0, begin + BEGIN.length)}\n\n${toSections(results)}\n${page.slice(end)}`;
  return format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
}

/** Of each case the newest run that was no quick one, in the order of the newest run. */
function toSections(results: readonly BenchResult[]): string {
  const newestFirst = results.filter(({ isQuick }) => !isQuick).toReversed();
  const names = new Set(newestFirst.flatMap(({ cases }) => Object.keys(cases)));
  const sections = [...names].map((name) => {
    const result = newestFirst.find(({ cases }) => name in cases);
    return result ? toSection(name, result) : '';
  });
  return sections.length === 0 ? `${NONE}\n` : sections.join('\n');
}

function toSection(name: string, { at, rounds, machine, cases }: BenchResult): string {
  const kept = cases[name];
  if (!kept) return '';
  const { node, cpu, cores, hasCores } = machine;
  const where = `${at.slice(0, 'YYYY-MM-DD'.length)}, Node.js ${node}, ${cpu}, ${cores} cores${hasCores ? '' : ' that all shared'}`;
  return [
    `### ${name}\n\n${kept.title}. ${where}; ${rounds} rounds.\n`,
    kept.claims.length === 0 ? '' : toMarkdownTable(toClaimRows(kept)),
    toMarkdownTable(toFigureRows(kept)),
    Object.entries(kept.variants)
      .map(([variant, does]) => `- **${variant}**: ${does}\n`)
      .join(''),
  ].join('\n');
}
