import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findViolations } from '../support/accessibility.ts';
import {
  HEADERS,
  launchBrowser,
  QUERY,
  replaceText,
  run,
  runTimeline,
  visit,
  type Visit,
} from '../support/browser.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';

const KEY = '{ "Authorization": "Bearer canary" }';
const DARK = ['rgb(33, 42, 59)', '#212a3b'];
const LIGHT = ['rgb(255, 255, 255)', '#ffffff'];
const POLL = { timeout: 60_000 };

let gateway: GatewayProcess;
let browser: Browser;
const visits: Visit[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
  gateway = await startGateway(['demo', '--port', '0'], { LOG_LEVEL: 'warn' });
});
afterEach(async () => {
  await Promise.all(visits.splice(0).map(({ page }) => page.context().close()));
});
afterAll(async () => {
  await browser.close();
  expect(await gateway.stop('SIGTERM')).toBe(0);
});

async function open(colorScheme: 'light' | 'dark' = 'light', path = '/'): Promise<Visit> {
  const opened = await visit(browser, new URL(gateway.url).origin, colorScheme, path);
  visits.push(opened);
  return opened;
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('listitem').getByRole('button', { name }).click();
  await expect.poll(() => page.locator(QUERY).innerText(), POLL).toContain(name);
  // GraphiQL takes note of the operation in it a moment later, and shows no sign of that.
  await page.waitForTimeout(1_000);
}

test('the first tab shows messages of all four providers, and no other host gets a request', async () => {
  const { page, outside, complaints } = await open();
  const providers = new Set(await runTimeline(page));
  expect([...providers].sort()).toEqual(['TENCENT_CHAT', 'WECHAT', 'WECOM', 'WHATSAPP_SCRM']);
  await expect.poll(() => page.locator('.graphiql-response').innerText(), POLL).toContain('sentAt');
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
});

test('every other tab that asks once answers with rows', async () => {
  const { page, outside, complaints } = await open();
  for (const name of ['ByProvider', 'OpenSessions', 'Rows', 'Conversations', 'Search', 'ResponseTimes']) {
    await openTab(page, name);
    // The archives of the demo are filled while it runs.
    let result = '';
    await expect.poll(async () => (result = JSON.stringify(await run(page))), POLL).not.toContain('"errors"');
    expect(result).toMatch(/"(nodes|edges|responseStats)":\[\{/);
  }
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
});

test('an unknown field is marked, so the workers run under the security policy', async () => {
  const { page, outside, complaints } = await open();
  await replaceText(page, QUERY, 'query Wrong { mesages { nodes { text } } }');
  await page.locator(`${QUERY} .squiggly-error`).first().waitFor();
  const workers = (): (string | undefined)[] =>
    page.workers().map((worker) => /\/playground\/(\w+)\.worker-/.exec(worker.url())?.[1]);
  await expect.poll(() => [...new Set(workers())].sort(), POLL).toEqual(['editor', 'graphql', 'json']);
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
});

test('the subscription shows a message as it arrives, asked for with the headers that were typed', async () => {
  const { page, outside, complaints } = await open();
  const sent: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      sent.push(String(payload));
    }),
  );
  await replaceText(page, HEADERS, KEY);
  await openTab(page, 'Live');
  expect(await run(page)).toMatchObject({
    data: { messageAdded: { node: { sentAt: expect.any(String) as string } } },
  });
  expect(JSON.parse(sent[0] ?? '')).toEqual({
    type: 'connection_init',
    payload: { Authorization: 'Bearer canary' },
  });
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
});

test('headers hold in every tab and over a reload, also for the schema, and are never written to the disk', async () => {
  const { page } = await open();
  const authorizations: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url() === gateway.url) authorizations.push(request.headers()['authorization']);
  });
  await run(page);
  expect(authorizations).toEqual([undefined]);
  await replaceText(page, HEADERS, KEY);
  await run(page);
  await openTab(page, 'OpenSessions');
  await run(page);
  expect(authorizations).toEqual([undefined, 'Bearer canary', 'Bearer canary']);

  authorizations.splice(0);
  await page.reload();
  await expect.poll(() => page.locator(HEADERS).innerText(), POLL).toContain('canary');
  expect(new Set(authorizations)).toEqual(new Set(['Bearer canary']));
  // The history of queries keeps them as well.
  expect(await page.evaluate('sessionStorage["graphiql:queries"]')).toContain('canary');
  expect(await page.evaluate('Object.values(localStorage).join()')).not.toContain('canary');
});

test('a gateway that wants a key says so on the page, and takes the one that is typed', async () => {
  const { page, complaints } = await open();
  await page.route(gateway.url, (route) =>
    route.request().headers()['authorization'] === 'Bearer canary'
      ? route.continue()
      : route.fulfill({ status: 401, json: { errors: [{ message: 'Who are you?' }] } }),
  );
  await page.reload();
  const notice = page.locator('.refusal');
  await notice.waitFor();
  const { x, y, width, height } = (await notice.boundingBox()) ?? { x: -1, y: -1, width: 0, height: 0 };
  expect([x >= 0, y >= 0, x + width <= 1440, y + height <= 900]).toEqual([true, true, true, true]);
  expect(await notice.innerText()).toContain('{ "Authorization": "Bearer <your API key>" }');
  await replaceText(page, HEADERS, KEY);
  expect(await runTimeline(page)).toHaveLength(20);
  await notice.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).waitFor();
  for (const complaint of complaints) expect(complaint).toContain('401');
});

test('dark and light follow the system, and can be switched', async () => {
  const { page, outside, complaints } = await open('dark');
  /** Of the page and of its editors, which are coloured apart. */
  const readBackgrounds = (): Promise<string[]> =>
    page.evaluate<string[]>(`[
      getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor,
      getComputedStyle(document.querySelector('.monaco-editor')).getPropertyValue('--vscode-editorWidget-background'),
    ]`);
  expect(await readBackgrounds()).toEqual(DARK);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(readBackgrounds, POLL).toEqual(LIGHT);
  await page.getByRole('button', { name: 'Open settings dialog' }).click();
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect.poll(readBackgrounds, POLL).toEqual(DARK);
  await page.reload();
  await page.locator(`${QUERY} .view-line`).first().waitFor();
  expect(await readBackgrounds()).toEqual(DARK);
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
});

test('the check for other origins sees one that is asked for', async () => {
  const { page, outside, complaints } = await open();
  await page.evaluate(`fetch('https://outside.example/x').catch(() => undefined)`);
  await expect.poll(() => complaints.join()).toContain('Content Security Policy');
  await expect(page.goto('http://outside.example/y')).rejects.toThrow('ERR_FAILED');
  expect(outside).toEqual(['http://outside.example/y']);
});

test.each(['dark', 'light'] as const)(
  'axe finds nothing wrong with the page in %s, nor with its panes but for one label',
  async (colors) => {
    const { page } = await open(colors);
    await runTimeline(page);
    expect(await findViolations(page)).toEqual([]);
    for (const [pane, known] of [
      ['Documentation Explorer', []],
      // The explorer has its own elements, of which some have no names.
      [
        'GraphiQL Explorer',
        [expect.stringMatching(/^label: input/), expect.stringMatching(/^select-name: select/)],
      ],
      // GraphiQL labels each entry alike, whatever is written on it.
      [
        'History',
        [expect.stringMatching(/^label-content-name-mismatch: \.graphiql-history-item-label /) as string],
      ],
    ] as const) {
      await page.getByRole('button', { name: `Show ${pane}` }).click();
      expect([pane, await findViolations(page)]).toEqual([pane, known]);
    }
    for (const dialog of ['Open short keys dialog', 'Open settings dialog']) {
      await page.getByRole('button', { name: dialog }).click();
      await page.getByRole('dialog').waitFor();
      expect([dialog, await findViolations(page)]).toEqual([dialog, []]);
      await page.keyboard.press('Escape');
    }
  },
);

test('the check for accessibility sees what is wrong', async () => {
  const { page } = await open();
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<main><img src="data:,"></main>')`);
  const rules = (await findViolations(page)).map((found) => found.split(':')[0]);
  expect(rules).toEqual(expect.arrayContaining(['image-alt', 'landmark-no-duplicate-main']));
});

test('a click on ▶ before the editors are there runs the query once they are', async () => {
  const { page } = await open();
  const isShown = Promise.withResolvers<undefined>();
  await page.route(/monaco/, async (route) => {
    await isShown.promise;
    await route.continue();
  });
  const asked: unknown[] = [];
  page.on('request', (request) => {
    if (request.url() === gateway.url)
      asked.push((request.postDataJSON() as { operationName?: string }).operationName);
  });
  await page.reload({ waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Execute query' }).click();
  isShown.resolve(undefined);
  await expect.poll(() => page.locator('.graphiql-response').innerText(), POLL).toContain('sentAt');
  expect(asked.filter((name) => name === 'Timeline')).toEqual(['Timeline']);
});

test('on a narrow screen the answer stands below the query, as wide, and the name covers nothing', async () => {
  const { page } = await open();
  await page.setViewportSize({ width: 420, height: 800 });
  await runTimeline(page);
  const boxOf = async (selector: string): Promise<{ x: number; y: number; width: number; height: number }> =>
    (await page.locator(selector).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [query, answer] = [await boxOf('.graphiql-editors'), await boxOf('.graphiql-response')];
  expect(answer.y).toBeGreaterThanOrEqual(query.y + query.height);
  expect(answer.width).toBe(query.width);
  expect(answer.width).toBeGreaterThan(300);
  expect(answer.height).toBeGreaterThan(200);
  expect((await boxOf('.logo')).width).toBeLessThan(420);
  expect(await findViolations(page)).toEqual([]);
});

const LINKED = 'query Linked($first: Int) { messages(first: $first) { nodes { kind } } }';
const link = `/?${new URLSearchParams({ query: LINKED, variables: '{ "first": 3 }' }).toString()}`;

test('a link opens its query and variables, beside the tabs that are there, and runs nothing', async () => {
  const { page } = await open('light', link);
  const asked: unknown[] = [];
  page.on('request', (request) => {
    if (request.url() === gateway.url) asked.push(request.postDataJSON());
  });
  expect(new URL(page.url()).search).toBe('');
  expect(await run(page)).toMatchObject({ data: { messages: { nodes: [{}, {}, {}] } } });
  expect(asked).toMatchObject([{ query: LINKED, variables: { first: 3 }, operationName: 'Linked' }]);
  // The same again is the same tab, and another one is one more.
  const titles = (): Promise<string[]> => page.locator('.graphiql-tab-button').allInnerTexts();
  const before = await titles();
  expect(before).toHaveLength(9);
  for (const [path, count] of [
    [link, 9],
    [link.replaceAll('Linked', 'Other'), 10],
  ] as const) {
    await page.goto(new URL(path, gateway.url).href);
    await page.locator(`${QUERY} .view-line`).first().waitFor();
    await expect.poll(titles).toHaveLength(count);
  }
  await expect.poll(() => page.locator(QUERY).innerText(), POLL).toContain('Other');
});

test('the link that is copied carries the query and the variables, and no headers', async () => {
  const { page } = await open('light', link);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await replaceText(page, HEADERS, KEY);
  await page.getByRole('button', { name: 'Copy link' }).click();
  const copied = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(copied).toBe(new URL(link, gateway.url).href);
});

test('the cost of a query stands below its result, and not in it', async () => {
  const { page } = await open();
  expect(await run(page)).not.toHaveProperty('extensions');
  const cost = page.locator('.cost');
  expect(await cost.innerText()).toMatch(
    /^At most \d+ of 64 calls to providers, \d+ made\. At most \d+ of 25,000 items\.$/,
  );
  // By the same name, since GraphiQL takes note of another a moment later.
  const tooMuch = 'query Timeline { messages(first: 1000) { nodes { conversation { messages { nodes { id';
  await replaceText(page, QUERY, tooMuch);
  expect(await run(page)).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
  expect(await cost.innerText()).toContain('calls to providers, not run.');
  await openTab(page, 'Rows');
  await cost.waitFor({ state: 'detached' });
});

test('the explorer puts a field into the query', async () => {
  const { page, complaints } = await open();
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  await page.locator('.graphiql-explorer-node').getByText('liveCursor', { exact: true }).click();
  await expect.poll(() => page.locator(QUERY).innerText(), POLL).toContain('liveCursor');
  expect(await run(page)).toMatchObject({ data: { liveCursor: expect.any(String) as string } });
  expect(complaints).toEqual([]);
});
