import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { cases } from './cases/index.ts';
import { judge } from './claims.ts';
import { bindLoad, hasCores } from './cores.ts';
import { CLAIMS } from './must.ts';
import { withFigures } from './page.ts';
import { PEERS, presentPeers } from './peers.ts';
import { toClaimRows, toFigureRows } from './report.ts';
import { describeMachine, keepResult, readResults, toKeptCase, type BenchResult } from './result.ts';
import { runCase } from './run-case.ts';
import { toTable } from './table.ts';

const RESULTS = 'bench/results';
const PAGE = 'docs/performance.md';
const ROUNDS = 3;

interface Options {
  case: string[];
  variant: string[];
  rounds: number;
  quick: boolean;
  keep: boolean;
  require: boolean;
}

const program = new Command('bench')
  .description('Measures the gateway side by side with other servers that give the same answers.')
  .option('--case <name>', `only this case, of ${cases.map(({ name }) => name).join(', ')}`, toCases, [])
  .option('--variant <name>', 'only this variant; a ratio to another one is left out', collect, [])
  .option('--rounds <number>', 'how often each variant is measured', toCount, ROUNDS)
  .option('--quick', 'every case once, with counts too small to mean anything, to see that it works', false)
  .option('--keep', `write the figures to ${RESULTS} and ${PAGE}`, false)
  .option('--require', 'fail when something is not reached', false)
  .parse();

// An end by a signal is an exit, too, which stops what was started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const options = program.opts<Options>();
const result = await run(options);
if (options.keep) write(`The figures are in ${keepResult(result, RESULTS)} and ${PAGE}\n`);
if (options.keep)
  writeFileSync(PAGE, await withFigures(readFileSync(PAGE, 'utf8'), readResults(RESULTS), PAGE));
const isReached = Object.values(result.cases).every(({ claims }) => claims.every((claim) => claim.isReached));
process.exitCode = isReached || !options.require ? 0 : 1;

async function run({ case: names, variant, rounds: wanted, quick: isQuick }: Options): Promise<BenchResult> {
  bindLoad();
  if (!hasCores())
    write('What is measured and the load share all cores: there are not two, or no taskset.\n');
  if (presentPeers().length < PEERS.length)
    write('Some peers are left out: npm ci --prefix interop installs them.\n');
  const rounds = isQuick ? 1 : wanted;
  const measuredCases: BenchResult['cases'] = {};
  for (const benchCase of cases.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const missing = benchCase.missing?.() ?? null;
    if (missing !== null) {
      write(`${benchCase.name} is left out: there is no ${missing}.\n`);
      continue;
    }
    const measured = await runCase(benchCase, {
      isQuick,
      rounds,
      variants: variant.length === 0 ? null : variant,
      onProgress: (line) => {
        write(`${line}\n`);
      },
    });
    const verdicts = CLAIMS.filter(({ caseName }) => caseName === benchCase.name).flatMap(
      (claim) => judge(claim, measured) ?? [],
    );
    const kept = toKeptCase(benchCase.title, measured, verdicts);
    measuredCases[benchCase.name] = kept;
    write(`\n${toTable(toFigureRows(kept))}\n`);
    if (isQuick) write('These figures mean nothing: the run was a quick one.\n\n');
    else if (kept.claims.length > 0) write(`${toTable(toClaimRows(kept))}\n`);
  }
  return {
    at: new Date().toISOString(),
    isQuick,
    rounds,
    machine: describeMachine(hasCores()),
    cases: measuredCases,
  };
}

function write(text: string): void {
  process.stdout.write(text);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function toCases(name: string, previous: string[]): string[] {
  if (!cases.some((benchCase) => benchCase.name === name))
    throw new InvalidArgumentError('There is no such case.');
  return collect(name, previous);
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 to 999.');
  return Number(text);
}
