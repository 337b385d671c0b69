import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser, type Visit, type VisitOptions } from '../support/browser.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { ENTRY, findViolations, MESSAGE, openInbox } from '../support/inbox.ts';

const POLL = { timeout: 60_000 };
const MAX_SCRIPT_BYTES = 150_000;
const MAX_FIRST_PAINT_MS = 1_000;
const NARROW = 420;

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

async function open(options: VisitOptions = {}): Promise<Visit> {
  const opened = await openInbox(browser, gateway.url, '', options);
  visits.push(opened);
  await opened.page.locator(ENTRY).first().waitFor();
  return opened;
}

async function openFirst(page: Page, provider: string): Promise<void> {
  await page.locator(ENTRY, { hasText: provider }).first().click();
  await page.locator(MESSAGE).first().waitFor();
}

test('the list has conversations of all four providers, newest first, and each opens', async () => {
  const { page, outside, complaints } = await open();
  for (const provider of ['WeChat', 'WeCom', 'Tencent Chat', 'WhatsApp']) await openFirst(page, provider);
  // The demo's archives are filled meanwhile, with more than a page; how many there are depends on the time of day.
  await expect.poll(() => page.locator(ENTRY).count(), POLL).toBeGreaterThan(50);
  const times = await page.evaluate<string[]>(
    `[...document.querySelectorAll('${ENTRY} time')].map(({ dateTime }) => dateTime)`,
  );
  expect(times).toEqual(times.toSorted().toReversed());
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
});

test('the strip of sources says who answered, from where, and by how many calls', async () => {
  const { page } = await open();
  await openFirst(page, 'WhatsApp');
  const sources = page.getByRole('contentinfo', { name: 'Sources' });
  await expect
    .poll(() => sources.innerText(), POLL)
    .toMatch(/List\s+shop complete · from the archive · 0 calls/);
  await expect
    .poll(() => sources.innerText(), POLL)
    .toMatch(/Conversation\s+whatsapp complete · from .* calls?/);
});

test('the page paints within a second, and its scripts are small', async () => {
  const [paints, sizes]: [number[], number[]] = [[], []];
  // What else the machine does just then is not the page's.
  for (let visit = 0; visit < 3; visit++) {
    const { page } = await open();
    paints.push(
      await page.evaluate<number>(
        `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity`,
      ),
    );
    const bytes = await page.evaluate<number>(`performance.getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`);
    sizes.push(bytes);
  }
  console.info(`First paints after ${paints.join(', ')} ms; scripts of ${sizes.join(', ')} bytes`);
  expect(Math.min(...sizes)).toBeGreaterThan(1_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
  expect(Math.min(...paints)).toBeLessThanOrEqual(MAX_FIRST_PAINT_MS);
});

test.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', NARROW],
  ['dark', NARROW],
] as const)('axe finds nothing wrong, in %s and %i pixels wide', async (colorScheme, width) => {
  const { page } = await open({ colorScheme, width });
  const findings = [await findViolations(page)];
  await page.locator('.filters summary').click();
  findings.push(await findViolations(page));
  await openFirst(page, 'WhatsApp');
  findings.push(await findViolations(page));
  await page.getByRole('button', { name: 'GraphQL' }).click();
  findings.push(await findViolations(page));
  await page.keyboard.press('Escape');
  await page.goto(`${new URL('/inbox', gateway.url).href}#search=${encodeURIComponent('发票')}`);
  await page.locator(`${ENTRY} mark`).first().waitFor();
  findings.push(await findViolations(page));
  expect(findings).toEqual([[], [], [], [], []]);
});

test('keys move along the list, open, search and close', async () => {
  const { page } = await open();
  const focused = (): Promise<string | null> =>
    page.evaluate<string | null>('document.activeElement.dataset.conversation ?? null');
  await page.keyboard.press('ArrowDown');
  const first = await focused();
  await page.keyboard.press('ArrowDown');
  const second = await focused();
  expect(new Set([first, second, null]).size).toBe(3);
  await page.keyboard.press('Enter');
  await page.locator(MESSAGE).first().waitFor();
  expect(new URL(page.url()).hash).toBe(`#conversation=${second ?? ''}`);
  await page.keyboard.press('Escape');
  await page.locator(MESSAGE).first().waitFor({ state: 'detached' });
  await expect.poll(focused, POLL).toBe(second);
  await page.keyboard.press('/');
  await page.keyboard.type('发票');
  await page.keyboard.press('Enter');
  await page.locator(`${ENTRY} mark`).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator(`${MESSAGE}[aria-current] mark`).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect.poll(() => new URL(page.url()).hash, POLL).toBe('');
});

test('a narrow screen shows one pane, and never scrolls sideways', async () => {
  const { page } = await open({ width: NARROW });
  const read = async (): Promise<unknown> => ({
    list: await page.locator('nav').isVisible(),
    conversation: await page.locator('.middle').isVisible(),
    isTooWide: await page.evaluate<boolean>(`document.documentElement.scrollWidth > ${NARROW}`),
  });
  expect(await read()).toEqual({ list: true, conversation: false, isTooWide: false });
  await openFirst(page, 'WhatsApp');
  expect(await read()).toEqual({ list: false, conversation: true, isTooWide: false });
  // Its link is gone, so a reader of the screen would be nowhere.
  await expect.poll(() => page.evaluate('document.activeElement.id'), POLL).toBe('conversation-title');
  await page.getByRole('link', { name: 'Back' }).click();
  await expect.poll(read, POLL).toEqual({ list: true, conversation: false, isTooWide: false });
});

test('filters narrow the list, and go into the link', async () => {
  const { page } = await open();
  await page.locator('.filters summary').click();
  await page.getByLabel('Provider').selectOption('WECOM');
  await expect
    .poll(async () => new Set(await page.locator(`${ENTRY} .channel`).allInnerTexts()), POLL)
    .toEqual(new Set(['corp · WeCom']));
  await page.getByLabel('Waiting for a reply').check();
  await expect
    .poll(async () => {
      const [all, awaiting] = [await page.locator(ENTRY).count(), await page.locator('.awaiting').count()];
      return all > 0 && all === awaiting;
    }, POLL)
    .toBe(true);
  expect(new URL(page.url()).hash).toBe('#provider=WECOM&awaiting=yes');
  await page.getByLabel('From').fill('2020-01-01');
  await page.getByLabel('To', { exact: true }).fill('2020-01-02');
  await expect.poll(() => page.locator(ENTRY).count(), POLL).toBe(0);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(() => page.locator(ENTRY, { hasText: 'WhatsApp' }).count(), POLL).toBeGreaterThan(0);
});
