import { Readable } from 'node:stream';
import { TextDecoderStream } from 'node:stream/web';
import { parse } from 'csv-parse';
import { mustBeText } from '../http/json-body.js';
import { DomainError } from '../errors/domain-error.js';
import type { Fault } from '../errors/domain-error.js';
import type { AnyImportKind } from './import-kind.js';

/** A row as it came: the line it starts on, its fields, or why it could not be read. */
export interface RawRow {
  line: number;
  row: Record<string, unknown> | null;
  faults: Fault[] | null;
}

const maxRowBytes = 1_048_576;

const unreadable = (code: string, message: string, faults: Fault[] = []): DomainError =>
  new DomainError('malformed', code, message, faults);

/** Reads CSV (RFC 4180 with a header) or NDJSON row by row, at constant memory. Rejects what is not a file of this kind. */
export async function* readRows(body: Readable, format: 'csv' | 'ndjson', kind: AnyImportKind): AsyncGenerator<RawRow> {
  const text = Readable.from(decodeUtf8(body));
  try {
    yield* format === 'csv' ? readCsv(text, kind) : readNdjson(text);
  } finally {
    body.resume();
  }
}

async function* decodeUtf8(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoderStream('utf-8', { fatal: true });
  const stream = Readable.toWeb(body).pipeThrough(decoder as never) as unknown as AsyncIterable<string>;
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw error instanceof TypeError ? unreadable('invalid-utf8', 'The file is not valid UTF-8.') : error;
  }
}

interface CsvRecord {
  record: Record<string, string>;
  info: { lines: number };
}

async function* readCsv(text: Readable, kind: AnyImportKind): AsyncGenerator<RawRow> {
  let header: string[] = [];
  const parser = text.pipe(
    parse({
      bom: true,
      info: true,
      relax_column_count: false,
      skip_records_with_error: true,
      max_record_size: maxRowBytes,
      columns: (names: string[]) => (header = checkHeader(names, kind)),
    }),
  );
  text.on('error', (error) => parser.destroy(error));
  const torn: RawRow[] = [];
  parser.on('skip', (error: { message: string; lines?: number }) => {
    torn.push({
      line: error.lines ?? 0,
      row: null,
      faults: [{ pointer: '', code: 'TORN_LINE', message: error.message }],
    });
  });
  let previousEnd = 1;
  for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
    yield* torn.splice(0);
    yield { line: previousEnd + 1, row: cellsToValues(record, kind), faults: null };
    previousEnd = info.lines;
  }
  yield* torn.splice(0);
  if (header.length === 0) throw unreadable('empty-file', 'The file has no header.');
}

function checkHeader(names: string[], kind: AnyImportKind): string[] {
  const faults: Fault[] = kind.required
    .filter((column) => !names.includes(column))
    .map((column) => ({
      pointer: `/${column}`,
      code: 'COLUMN_MISSING',
      message: `The column ${column} is missing.`,
    }));
  for (const name of names.filter((each, i) => names.indexOf(each) !== i)) {
    faults.push({ pointer: `/${name}`, code: 'COLUMN_TWICE', message: `The column ${name} stands twice.` });
  }
  if (faults.length > 0) throw unreadable('columns', 'The header does not fit this kind of import.', faults);
  return names;
}

function cellsToValues(record: Record<string, string>, kind: AnyImportKind): Record<string, unknown> {
  const numbers: readonly string[] = kind.numbers;
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, cell]) => cell !== '')
      .map(([name, cell]) => [name, numbers.includes(name) && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell]),
  );
}

async function* readNdjson(text: Readable): AsyncGenerator<RawRow> {
  let rest = '';
  let line = 0;
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxRowBytes)
      throw unreadable('line-too-long', `Line ${line + lines.length + 1} is longer than 1 MiB.`);
    for (const each of lines) {
      line += 1;
      if (each.trim() !== '') yield parseLine(each, line);
    }
  }
  if (rest.trim() !== '') yield parseLine(rest, line + 1);
}

function parseLine(text: string, line: number): RawRow {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new Error('The line is not a JSON object.');
    return { line, row: row as Record<string, unknown>, faults: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The line is not JSON.';
    return { line, row: null, faults: [{ pointer: '', code: 'TORN_LINE', message }] };
  }
}

/** A row that PostgreSQL can store; one with NUL or broken Unicode keeps its faults instead. */
export function storable(raw: RawRow): RawRow {
  try {
    const texts = [raw.row];
    for (let next: unknown = texts.pop(); next !== undefined; next = texts.pop()) {
      if (typeof next === 'string') mustBeText(next);
      else if (typeof next === 'object' && next !== null) texts.push(...(Object.entries(next).flat() as never[]));
    }
    return raw;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The text cannot be stored.';
    return { line: raw.line, row: null, faults: [{ pointer: '', code: 'INVALID_TEXT', message }] };
  }
}
