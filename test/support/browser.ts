import { chromium, type Browser, type Page } from 'playwright-core';

/** Where GraphiQL has its editors. */
export const QUERY = '.graphiql-query-editor';
export const HEADERS = '.graphiql-editor-tool .graphiql-editor:not(.hidden)';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** A page in a profile of its own, which reaches one origin and nothing else. */
export interface Visit {
  page: Page;
  /** Every address of another origin that was asked for, or would have been. */
  outside: string[];
  /** Errors and warnings of the page, of its workers and of its security policy. */
  complaints: string[];
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

export interface VisitOptions {
  colorScheme?: 'light' | 'dark';
  /** In pixels; 1440 by default. */
  width?: number;
}

/** Opens a page of the gateway's. */
export async function visitPage(
  browser: Browser,
  url: string,
  { colorScheme = 'light', width = 1440 }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const { origin } = new URL(url);
  context.setDefaultTimeout(60_000);
  const outside: string[] = [];
  const complaints: string[] = [];
  const isOutside = (url: URL): boolean => url.protocol.startsWith('http') && url.origin !== origin;
  await context.route(isOutside, (route) => {
    outside.push(route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  page.on('websocket', (socket) => {
    const url = socket.url().replace(/^ws/, 'http');
    if (isOutside(new URL(url))) outside.push(socket.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, outside, complaints };
}

/** Opens the playground. */
export async function visit(
  browser: Browser,
  origin: string,
  colorScheme: 'light' | 'dark' = 'light',
  path = '/',
): Promise<Visit> {
  const opened = await visitPage(browser, new URL(path, origin).href, { colorScheme });
  const { page } = opened;
  // The editors come last.
  await page.locator(`${QUERY} .view-line`).first().waitFor();
  await page.locator(`${HEADERS} .view-line`).first().waitFor();
  return opened;
}

/** What the result's editor holds; of which it draws only the lines in sight. */
const RESULT = `__MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith('response.json')).getValue()`;

/** Runs what is in the open tab. @returns the first result */
export async function run(page: Page): Promise<unknown> {
  await page.getByRole('button', { name: 'Execute query' }).click();
  let result = '';
  while (result === '') {
    await page.waitForTimeout(50);
    result = await page.evaluate<string>(RESULT);
  }
  return JSON.parse(result) as unknown;
}

/** Runs the first tab. @returns of which provider each message is, newest first */
export async function runTimeline(page: Page): Promise<string[]> {
  const { data } = (await run(page)) as { data: { messages: { nodes: { provider: string }[] } } };
  return data.messages.nodes.map(({ provider }) => provider);
}

/** Types a text in place of what an editor holds. */
export async function replaceText(page: Page, editor: string, text: string): Promise<void> {
  await page.locator(`${editor} .view-lines`).first().click();
  await page.keyboard.press('ControlOrMeta+A');
  // A bracket would be put around what is selected.
  await page.keyboard.press('Delete');
  await page.keyboard.type(text);
}
