import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ExportFormat } from '@meistras/platform/exports/exports';
import type { ExportedColumn } from '../register/exported.js';
import { openSupplement } from './sealed-supplements.service.js';
import type { SealedSupplement } from './sealed-supplements.service.js';

/** The last column of an export of entries: PostgreSQL cannot open it, so it says by whose key it opens, and where. */
export const exportedSupplement: ExportedColumn = {
  property: 'supplement',
  type: 'jsonb',
  value: `(SELECT CASE jsonb_typeof(s.content)
      WHEN 'string' THEN to_jsonb('sealed:' || s.learner_id || ':' || s.id || ':' || (s.content #>> '{}'))
      ELSE s.content END
    FROM certificate_supplement s WHERE s.certificate_entry_id = e.id)`,
};

const sealed = 'sealed:([0-9a-f-]{36}):([0-9a-f-]{36}):([A-Za-z0-9+/=]+)';
/** Text that somebody stated can never stand so: a quote in it is written `\"` in JSON, and quotes in a cell are doubled. */
const patterns: Record<ExportFormat, RegExp> = {
  ndjson: new RegExp(`,"supplement":"${sealed}"(?=\\}\\n?)`, 'g'),
  csv: new RegExp(`,"""${sealed}"""(?=\\n)`, 'g'),
};
const written: Record<ExportFormat, (facts: object | undefined) => string> = {
  ndjson: (facts) => (facts ? `,"supplement":${JSON.stringify(facts)}` : ''),
  csv: (facts) => (facts ? `,"${JSON.stringify(facts).replaceAll('"', '""')}"` : ','),
};

/** What the text of an export passes: supplements are opened as they come, whole lines at a time. */
export function openingSupplements(
  format: ExportFormat,
  keysOf: (ids: string[]) => Promise<ReadonlyMap<string, Buffer>>,
): Transform {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const open = async (text: string): Promise<string> => {
    const found = [...text.matchAll(patterns[format])].map(
      ([, learnerId = '', id = '', content = '']): SealedSupplement => ({ learnerId, id, content }),
    );
    const keys = await keysOf([...new Set(found.map(({ learnerId }) => learnerId))]);
    let at = 0;
    return text.replaceAll(patterns[format], () => written[format](openSupplement(found[at++]!, keys)));
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      rest += decoder.write(chunk);
      const end = rest.lastIndexOf('\n') + 1;
      const lines = rest.slice(0, end);
      rest = rest.slice(end);
      open(lines).then((opened) => done(null, opened), done);
    },
    flush(done) {
      open(rest + decoder.end()).then((opened) => done(null, opened), done);
    },
  });
}
