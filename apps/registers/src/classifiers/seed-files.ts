import { parse } from 'csv-parse/sync';
import type { VersionState } from './classifier.rules.js';
import { searchKeyOf } from '@meistras/platform/http/language.rules';

/** An item as a row of the database. */
export interface SeedItem {
  code: string;
  ordinal: number;
  parent_code: string | null;
  name_lt: string | null;
  name_en: string | null;
  name_vi: string | null;
  description_lt: string | null;
  description_en: string | null;
  description_vi: string | null;
  valid_from: string | null;
  valid_to: string | null;
  replaced_by: string | null;
  search_key: string;
}

/** A version as its classifier's file describes it; its items come from the file of its number. */
export interface SeedVersion {
  number: number;
  state: VersionState;
  validFrom?: string;
  validTo?: string;
  act?: string;
  items: SeedItem[];
}

export interface SeedClassifier {
  code: string;
  names: { lt: string; en: string; vi?: string };
  purpose: string;
  type: string;
  author: string;
  act?: string;
  /** The classifier that the items above are in; left out: this one. */
  parentClassifier?: string;
  versions: SeedVersion[];
}

/** Reads `KL_X.json` and `KL_X.<number>.csv`. A file that belongs to none is a mistake, and said to be one. */
export function readSeedFiles(files: ReadonlyMap<string, string>): SeedClassifier[] {
  const used = new Set<string>();
  const classifiers = [...files].flatMap(([name, text]): SeedClassifier[] => {
    if (!name.endsWith('.json')) return [];
    used.add(name);
    const code = name.slice(0, -'.json'.length);
    const head = JSON.parse(text) as Omit<SeedClassifier, 'code'>;
    const versions = head.versions.map((version): SeedVersion => {
      const itemsName = `${code}.${version.number}.csv`;
      used.add(itemsName);
      return { ...version, items: readItems(files.get(itemsName) ?? '') };
    });
    return [{ ...head, code, versions }];
  });
  const lost = [...files.keys()].filter((name) => !used.has(name));
  if (lost.length > 0) throw new Error(`No classifier has a version for ${lost.join(', ')}.`);
  return classifiers;
}

function readItems(text: string): SeedItem[] {
  const rows = parse<Partial<Record<string, string>>>(text, { columns: true, bom: true });
  return rows.map((row, at) => {
    const cell = (name: string): string | null => row[name]?.normalize('NFC') || null;
    const code = cell('code') ?? '';
    const [nameLt, nameEn, nameVi] = [cell('nameLt'), cell('nameEn'), cell('nameVi')];
    return {
      code,
      ordinal: at + 1,
      parent_code: cell('parentCode'),
      name_lt: nameLt,
      name_en: nameEn,
      name_vi: nameVi,
      description_lt: cell('descriptionLt'),
      description_en: cell('descriptionEn'),
      description_vi: cell('descriptionVi'),
      valid_from: cell('validFrom'),
      valid_to: cell('validTo'),
      replaced_by: cell('replacedBy'),
      search_key: searchKeyOf(code, nameLt, nameEn, nameVi),
    };
  });
}
