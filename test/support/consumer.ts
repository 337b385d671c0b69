import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A person with one Node.js, its npm, an empty folder, and nothing of this project. */
export class Consumer {
  /** Where packages are installed; empty at first. */
  readonly directory: string;
  readonly #root = mkdtempSync(join(tmpdir(), 'gateway-consumer-'));
  readonly #environment: NodeJS.ProcessEnv;

  /** @param node the program of the Node.js */
  constructor(node: string) {
    this.directory = join(this.#root, 'project');
    mkdirSync(this.directory);
    const programs = join(this.#root, 'bin');
    mkdirSync(programs);
    const npm = process.env['npm_execpath'];
    if (npm === undefined) throw new Error('npm has to start this: npm run test:packages');
    symlinkSync(node, join(programs, 'node'));
    symlinkSync(npm, join(programs, 'npm'));
    symlinkSync(join(dirname(npm), 'npx-cli.js'), join(programs, 'npx'));
    this.#environment = outsideOfThisProject(programs);
  }

  /** Runs a command to its end. */
  async run(command: string, ...args: string[]): Promise<Outcome> {
    const options = { cwd: this.directory, env: this.#environment };
    try {
      return { code: 0, ...(await run(command, args, options)) };
    } catch (error) {
      // What a command that fails has printed is on its error.
      const { code, stdout, stderr } = error as Outcome;
      return { code, stdout, stderr };
    }
  }

  /**
   * Starts a command, and stops it with all that it has started as soon as it has done what is waited for.
   *
   * @param until matches a line of its output
   * @param use is given what the line matched
   */
  async runUntil<T>(
    [command = '', ...args]: string[],
    until: RegExp,
    use: (match: RegExpExecArray) => Promise<T> | T,
  ): Promise<T> {
    const options = { cwd: this.directory, env: this.#environment, detached: true } as const;
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    const closed = once(child, 'close');
    const seen: string[] = [];
    try {
      for await (const line of createInterface(child.stdout)) {
        seen.push(line);
        const match = until.exec(line);
        if (match) return await use(match);
      }
      throw new Error(`It ended before that:\n${[...seen, ...errors].join('\n')}`);
    } finally {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
      await closed;
    }
  }

  /**
   * Compiles a module strictly, against what is installed, as a program for Node.js and browsers.
   *
   * @returns what the compiler says; empty when all is well. The module is `NAME.mjs`
   */
  async compile(name: string, text: string): Promise<string> {
    writeFileSync(join(this.directory, `${name}.mts`), text);
    const config = {
      compilerOptions: {
        target: 'es2023',
        lib: ['es2023', 'dom'],
        module: 'nodenext',
        types: [],
        strict: true,
        skipLibCheck: false,
      },
      files: [`${name}.mts`],
    };
    writeFileSync(join(this.directory, `tsconfig.${name}.json`), JSON.stringify(config));
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const { stdout, stderr } = await this.run(process.execPath, tsc, '-p', `tsconfig.${name}.json`);
    return stdout + stderr;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }
}

/** What npm tells the scripts of this project would lead the consumer's npm back to it. */
function outsideOfThisProject(programs: string): NodeJS.ProcessEnv {
  const ofNpm = /^npm_(?!config_(registry|cache|userconfig|globalconfig)$)/i;
  const ofTests = /^(NODE_(ENV|OPTIONS|PATH|COMPILE_CACHE)$|VITEST|INIT_CWD$)/;
  const kept = Object.entries(process.env).filter(([name]) => !ofNpm.test(name) && !ofTests.test(name));
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !entry.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: [programs, ...path].join(delimiter) };
}
