import type { ExportOptions } from './checkpoint.ts';

/** The options as they would be typed, always the same text for the same options. */
export function toArguments({ channels, since, until, format, bom }: ExportOptions): string {
  return [
    ...(channels ?? []).map((name) => `--channel ${name}`),
    ...(since === null ? [] : [`--since ${new Date(since).toISOString()}`]),
    ...(until === null ? [] : [`--until ${new Date(until).toISOString()}`]),
    `--format ${format}`,
    ...(bom ? ['--bom'] : []),
  ].join(' ');
}
