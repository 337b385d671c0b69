import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Words that only this project would understand, each with the field's own word. */
const PRIVATE_WORDS: [RegExp, string][] = [
  [/^horizons?$/, 'watermark'],
  [/^lanes?$/, 'merge input'],
  [/^belie(f|fs|ve|ves|ved|ving)$/, 'fresh, trusted'],
  [/^gates?$/, 'cooldown'],
  [/^closures?$/, 'cooldown'],
  [/^(rests|rested|resting)$/, 'cools down'],
  [/^applicants?$/, 'waiter'],
  [/^barred$/, 'rejected'],
  [/^departures?$/, 'dispatch'],
  [/^(hear|hears|heard|hearing)$/, 'record'],
  [/^stems?$/, 'key prefix'],
  [/^news$/, 'updates'],
  [/^tall(y|ies)$/, 'aggregate'],
  [/^(exposures?|exposed)$/, 'unauthenticated bind'],
  [/^breath(e|es|ing)?$/, 'yield to the event loop'],
  [/^stir(s|red|ring)?$/, 'activity'],
  [/^(who|whom)ever$/, 'caller, subscriber, operator, client'],
  [/^(no|some|every|any)body$/, 'caller, subscriber, operator, client'],
  [/^silent(ly)?$/, 'timed out; without an error'],
  [/^late$/, 'past its deadline; delayed'],
];

const PRIVATE_PHRASES: [RegExp, string][] = [
  [/\bgiv(e|es|en|ing) (\w+ )?up\b|\bgave (\w+ )?up\b|\bgive_?up|giveup/gi, 'abort'],
  [/\b(takes?|taking) turns\b|\b(its|their|a|the) turn\b/gi, 'permit, fair queue'],
  [/\bgone on (with|from)\b|\bgo(es)? on (with|from)\b/gi, 'resume, continue'],
  // A scope is what `@access` and tokens name; the budget of a request is a budget.
  [/\b(Counted|Request|Upstream|Channel)(Access|Scope)\b/g, 'budget'],
  [/\ban access\b(?! token)|\b(scope|access) of (a|the|its) (request|caller|operation)\b/gi, 'budget'],
];

/** Where such a word is right or cannot change: which file, and the text in which the word stands. */
const ALLOWED: [RegExp, RegExp][] = [
  // Columns of stores that exist.
  [/^src\/store\/(sqlite|postgres)\/migrations|^src\/store\/sql\/ledger(-\w+)?\.ts$/, /\bheard_at\b/g],
  [
    /^src\/store\/(sqlite|postgres)\/migrations|^src\/store\/sql\/ledger(-\w+)?\.ts$|^docs\/decisions\/0013/,
    /\bstem\b/g,
  ],
  // Fields of the published schema.
  [/^schema\.graphql$|^src\/(schema|datasources)\//, /\bheardAt\b|\bareTotalsBelieved\b/g],
  // A published metric, and the names of alerts, which operators have in their own rules.
  [/^src\/observability\/|^docs\/operations/, /\bgateway_upstream_gate_seconds\b/g],
  [/^docs\/operations\/alerts\.yaml$/, /\bAccountGateClosed\b|\bGatewayEventLoopLate\b/g],
  // The former value of a label.
  [/^CHANGELOG\.md$/, /`GATE_CLOSED`/g],
  // What customers complain about.
  [/^examples\/supergraph\/crm\.ts$/, /\blate\b/g],
  // pino's name of the level that logs nothing.
  [/^src\/observability\/log\.ts$|^docs\/operations\.md$/, /'silent'|`silent`/g],
];

const FILES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'schema.graphql',
  ...globSync(['src/**/*.{ts,graphql}', 'docs/**/*.{md,yaml,json,service}'], {
    exclude: ['src/generated/**'],
  }),
  ...globSync(
    [
      '{tools,interop,playground,inbox,examples,packages,deploy}/**/*.{ts,tsx,py,graphql,md,html,css,yaml}',
      'interop/**/{package.json,*.yml}',
    ],
    { exclude: ['**/node_modules/**', '**/generated/**', '**/dist/**'] },
  ),
];
/** Of tests only the titles: what they write and search for is not always in the words of the project. */
const TEST_FILES = globSync('test/**/*.ts');
/** A text before a function is the title of a test. */
const TITLE = /(['"`])((?:\\.|(?!\1).)+)\1,\s*(?:\{[^{}]*\},\s*)?(?:async )?\(/g;

/** The words of a text in lower case; those of `camelCase` and `snake_case` are several. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)].map(([word]) => word.toLowerCase());
}

/** Each private word or phrase in a text, with what to write instead. Phrases may go over lines of a comment. */
function findIn(text: string): string[] {
  const words = text
    .split('\n')
    .flatMap((line, index) =>
      wordsOf(line).flatMap((word) =>
        PRIVATE_WORDS.filter(([pattern]) => pattern.test(word)).map(
          ([, instead]) => `${index + 1}: ${word}: ${instead}`,
        ),
      ),
    );
  const flat = text.replace(/\n *(?:\*|\/\/|#)? */g, ' ');
  const phrases = PRIVATE_PHRASES.flatMap(([pattern, instead]) =>
    [...flat.matchAll(pattern)].map(([phrase]) => `${phrase}: ${instead}`),
  );
  return [...words, ...phrases];
}

test('the code, the schema and the docs use the words of the field', () => {
  expect(FILES.length).toBeGreaterThan(300);
  const findings = FILES.flatMap((file) => {
    const exceptions = ALLOWED.filter(([path]) => path.test(file));
    const text = exceptions.reduce((rest, [, word]) => rest.replace(word, ''), readFileSync(file, 'utf8'));
    return findIn(text).map((finding) => `${file}:${finding}`);
  });
  expect(findings).toEqual([]);
});

test('titles of tests do so too', () => {
  expect(TEST_FILES.length).toBeGreaterThan(200);
  const titles = TEST_FILES.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(TITLE)].map(([, , title = '']) => [file, title] as const),
  );
  expect(titles.length).toBeGreaterThan(1_000);
  expect(
    titles.flatMap(([file, title]) => findIn(title).map((found) => `${file}: ${title}: ${found}`)),
  ).toEqual([]);
});

test('every exception is needed', () => {
  const texts = FILES.map((file): [string, string] => [file, readFileSync(file, 'utf8')]);
  const unused = ALLOWED.filter(
    ([path, word]) => !texts.some(([file, text]) => path.test(file) && text.search(word) >= 0),
  );
  expect(unused).toEqual([]);
});

test.each([
  [
    'whoever reads it, nobody waits',
    ['1: whoever: caller, subscriber, operator, client', '1: nobody: caller, subscriber, operator, client'],
  ],
  ['const toHorizon = this.#laneOf(x)', ['1: horizon: watermark', '1: lane: merge input']],
  ['   * a call that is given\n   * up', ['given up: abort']],
  ['horizontal delegates restart; the rest is a closed set', []],
])('finds the private words in %j', (text, found) => {
  expect(findIn(text)).toEqual(found);
});
