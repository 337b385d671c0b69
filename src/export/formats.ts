/** Formats that are text: what is written of a page does not depend on earlier pages. */
export const TEXT_FORMATS = ['ndjson', 'csv'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** The output formats of an export. */
export const EXPORT_FORMATS = [...TEXT_FORMATS, 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const CONTENT_TYPES: Record<ExportFormat, string> = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};
