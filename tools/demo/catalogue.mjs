// The national catalogue of the demonstration: data/admission-fr-2019.csv (one row is one programme offering) as rows of the
// platform's imports. Nothing is repaired here: what is missing or wrong is sent as it is, and the platform says so.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse';

const file = join(import.meta.dirname, '../../data/admission-fr-2019.csv');

/** Programme family → ISCED-F 2013 field. The catalogue has no field of education; families of one kind share one. */
const fieldPatterns = [
  [/DCG/, '0411'],
  [/Services?$|commerce/, '0413'],
  [/Production|Technicien supérieur|Cadre Technique/, '0715'],
  [/BTSA/, '0811'],
  [/Arts-lettres|littéraire|Arts Lettres/, '0231'],
  [/DN MADE|métiers d'Arts/, '0212'],
  [/supérieure d'art/, '0213'],
  [/architecture/, '0731'],
  [/sanitaire|paramédicales/, '0913'],
  [/social$/, '0923'],
  [/BPJEPS|DEJEPS|STAPS/, '1014'],
  [/Droit/, '0421'],
  [/ngénieu|ngénierie|scientifique/, '0788'],
  [/[Ss]ciences - technologies|Sciences, technologie/, '0588'],
  [/humaines/, '0314'],
  [/économique et commerciale/, '0413'],
];

/** Programme type → length and level. */
const types = {
  BTS: { kind: 'INITIAL', credits: 120, eqfLevel: 5 },
  DUT: { kind: 'HIGHER', credits: 120, eqfLevel: 5 },
  CPGE: { kind: 'HIGHER', credits: 120, eqfLevel: 5 },
  Licence: { kind: 'HIGHER', credits: 180, eqfLevel: 6 },
  IFSI: { kind: 'HIGHER', credits: 180, eqfLevel: 6 },
  EETS: { kind: 'HIGHER', credits: 180, eqfLevel: 6 },
  PACES: { kind: 'HIGHER', credits: 60, eqfLevel: 6 },
  'Autre formation': { kind: 'INITIAL', credits: 60, eqfLevel: 4 },
};

const fieldOf = (family) => fieldPatterns.find(([pattern]) => pattern.test(family))?.[1] ?? '0031';
const number = (cell) => (cell === '' ? undefined : Number(cell));
const title = (row) =>
  [row.programme_name, row.programme_detail]
    .filter((part) => part !== '')
    .join(', ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 250);

/** Every row of the file, typed. */
export async function readCatalogue() {
  const rows = [];
  for await (const row of createReadStream(file).pipe(parse({ columns: true, bom: true }))) {
    rows.push({
      offeringCode: row.offering_code,
      institutionCode: row.institution_code,
      institutionName: row.institution_name.replaceAll(/\s+/g, ' ').trim(),
      departmentCode: row.department_code,
      family: row.programme_family,
      title: title(row),
      latitude: number(row.latitude),
      longitude: number(row.longitude),
      capacity: number(row.capacity),
      applicants: Number(row.applicants),
      fieldCode: fieldOf(row.programme_family),
      ...types[row.programme_type],
    });
  }
  return rows;
}

/** Rows that lack the offering code, the capacity or the position. */
export const isIncomplete = (row) =>
  row.offeringCode === '' || row.capacity === undefined || row.latitude === undefined;

/** One row per institution, of the import `institutions`. */
export function institutionsOf(rows) {
  const byCode = new Map();
  for (const row of rows) {
    const known = byCode.get(row.institutionCode);
    if (known && known.latitude !== undefined) continue;
    byCode.set(row.institutionCode, {
      codeScheme: 'UAI',
      code: row.institutionCode,
      name: row.institutionName,
      countyCode: `FR-${row.departmentCode}`,
      latitude: row.latitude,
      longitude: row.longitude,
    });
  }
  return [...byCode.values()];
}

/** One row per offering, of the import `programmes`. */
export const programmesOf = (rows) =>
  rows.map((row) => ({
    codeScheme: 'PSUP',
    code: row.offeringCode,
    name: row.title,
    kind: row.kind,
    fieldCode: row.fieldCode,
    eqfLevel: row.eqfLevel,
    credits: row.credits,
  }));

/** A set of rows as NDJSON; absent values stay absent. */
export const toNdjson = (rows) => rows.map((row) => JSON.stringify(row)).join('\n') + '\n';
