import type { GatewayConfig } from '../config/settings.ts';
import type { ExportFormat } from '../export/formats.ts';
import { ExportError } from '../export/export-error.ts';

export const STDOUT = '-';

export interface ExportArguments {
  config: string;
  channel?: string[];
  /** Unix ms. */
  since?: number;
  until?: number;
  format: ExportFormat;
  bom?: boolean;
  /** A path, or `-` for standard output. */
  out: string;
  force?: boolean;
  /** Seconds. */
  patience: number;
}

/** @throws ExportError */
export function checkArguments(
  { out, format, bom }: ExportArguments,
  { store, secret }: GatewayConfig,
): void {
  if (bom && format !== 'csv') throw new ExportError('--bom is for --format csv: other formats have none.');
  if (out !== STDOUT && store.location === 'memory:' && secret === undefined) {
    throw new ExportError(
      'With "store: memory:" and no "secret" in the configuration, an interrupted export cannot be resumed: its checkpoint is invalid when the process ends. Set a secret (openssl rand -base64 32) or a store, or give --out -.',
    );
  }
}
