import { inspect } from '../http/json-body.js';
import type { Fault } from '../errors/domain-error.js';

/**
 * A row of a file as it is staged, a line of text: the number of the line that it starts on, then a space and its JSON, or an
 * exclamation mark and the faults for which it could not be read.
 */
export const rowLine = (line: number, json: string): string => `${line} ${json}`;

export const faultLine = (line: number, faults: Fault[]): string => `${line}!${JSON.stringify(faults)}`;

/** A row as it came: the line it starts on, its fields, or why it could not be read. */
export interface RawRow {
  line: number;
  row: Record<string, unknown> | null;
  faults: Fault[] | null;
}

/** What can be wrong with an object of JSON beside its form stands in text that has one of these. */
const suspicious = /\\u|__proto__|[[{].*[[{]/s;

export function parseLine(text: string): RawRow {
  const space = text.search(/[ !]/);
  const line = Number(text.slice(0, space));
  const json = text.slice(space + 1);
  if (text[space] === '!') return { line, row: null, faults: JSON.parse(json) as Fault[] };
  // The parser's own words would quote the row.
  const row = objectOf(json);
  if (!row) return refused(line, 'TORN_LINE', 'The line is not a JSON object.');
  try {
    if (suspicious.test(json)) inspect(row);
  } catch (error) {
    return refused(line, 'INVALID_TEXT', error instanceof Error ? error.message : 'The text cannot be stored.');
  }
  return { line, row, faults: null };
}

function objectOf(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const refused = (line: number, code: string, message: string): RawRow => ({
  line,
  row: null,
  faults: [{ pointer: '', code, message }],
});
