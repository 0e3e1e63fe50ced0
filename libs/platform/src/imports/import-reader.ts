import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { DomainError } from '../errors/domain-error.js';
import type { Fault } from '../errors/domain-error.js';
import { shownName } from '../http/validation.js';
import type { AnyImportKind } from './import-kind.js';
import { faultLine, rowLine } from './import-line.js';

const maxRowBytes = 1_048_576;

const unreadable = (code: string, message: string, faults: Fault[] = []): DomainError =>
  new DomainError('malformed', code, message, faults);

/**
 * Reads CSV (RFC 4180 with a header) or NDJSON at constant memory, a few rows at a time, each as the line it is staged as
 * (import-line.ts). Rejects what is not a file of this kind.
 */
export async function* readLines(
  body: AsyncIterable<Buffer>,
  format: 'csv' | 'ndjson',
  kind: AnyImportKind,
): AsyncGenerator<string[]> {
  const text = decodeUtf8(body);
  yield* format === 'csv' ? readCsv(Readable.from(text), kind) : readNdjson(text);
}

async function* decodeUtf8(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw unreadable('invalid-utf8', 'The file is not valid UTF-8.');
    }
  };
  for await (const chunk of body) yield decode(chunk);
  yield decode();
}

async function* readCsv(text: Readable, kind: AnyImportKind): AsyncGenerator<string[]> {
  let header: string[] = [];
  let end = 1;
  let torn: string[] = [];
  const beginning = (last: number): number => {
    const line = end + 1;
    end = last;
    return line;
  };
  const parser = text.pipe(
    parse({
      bom: true,
      skip_records_with_error: true,
      max_record_size: maxRowBytes,
      columns: (names: string[]) => (header = checkHeader(names, kind)),
      // Both are called in the order of the file, long before a record is read here.
      on_skip: (error) => {
        if (!error) return;
        const line = beginning((error as { lines?: number }).lines ?? end + 1);
        torn.push(faultLine(line, [{ pointer: '', code: 'TORN_LINE', message: error.message }]));
      },
      on_record: (record: Record<string, string>, { lines }) => {
        const read = [...torn, rowLine(beginning(lines), JSON.stringify(cellsToValues(record, kind)))];
        torn = [];
        return read;
      },
    }),
  );
  text.on('error', (error) => parser.destroy(error));
  for await (const read of parser as AsyncIterable<string[]>) yield read;
  yield torn;
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
    faults.push({
      ...{ pointer: `/${shownName(name)}`, code: 'COLUMN_TWICE' },
      message: `The column ${shownName(name)} stands twice.`,
    });
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

/** Lines as they came; what is on them is looked at when they are judged. */
async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  let line = 0;
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxRowBytes)
      throw unreadable('line-too-long', `Line ${line + lines.length + 1} is longer than 1 MiB.`);
    const numbered: string[] = [];
    for (const each of lines) {
      line += 1;
      if (!isBlank(each)) numbered.push(rowLine(line, each));
    }
    yield numbered;
  }
  if (!isBlank(rest)) yield [rowLine(line + 1, rest)];
}

const isBlank = (text: string): boolean => !text.startsWith('{') && text.trim() === '';
