/** Languages of names and descriptions, the first one by default. */
export const languages = ['lt', 'en', 'vi'] as const;
export type Language = (typeof languages)[number];

const part = /^\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/;

/** The language that `Accept-Language` likes best of ours (RFC 9110, 12.5.4); Lithuanian where it likes none. */
export function languageOf(header: string | undefined): Language {
  const [first] = languages;
  let best: { language: Language; quality: number } = { language: first, quality: 0 };
  for (const each of (header ?? '').slice(0, 200).split(',')) {
    const [, range = '', quality = '1'] = part.exec(each) ?? [];
    const language = range === '*' ? first : languages.find((known) => known === range.toLowerCase());
    if (language && Number(quality) > best.quality) best = { language, quality: Number(quality) };
  }
  return best.language;
}

/** A text in several languages; what is missing has not been translated. */
export type Texts = Partial<Record<Language, string>>;

/** The text in a language; if there is none in it, in the first one that has it. */
export function textIn(texts: Texts, language: Language): string | undefined {
  return texts[language] ?? texts.en ?? texts.lt ?? texts.vi;
}

/** Text as it is searched: without case and accents. */
export function searchKeyOf(...texts: (string | null | undefined)[]): string {
  return texts
    .filter((text) => text !== null && text !== undefined)
    .join(' ')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd');
}
