/** What is counted, from which facts: kind, the states that count, and the unit of the value. */
export interface IndicatorCard {
  code: string;
  name: string;
  definition: string;
  kind: string;
  /** States that count; all of them when empty. */
  states: string[];
  unit: 'PERSONS' | 'PLACES' | 'DOCUMENTS' | 'EUR_CENTS';
}

const card = (
  code: string,
  name: string,
  definition: string,
  rest: Omit<IndicatorCard, 'code' | 'name' | 'definition'>,
): IndicatorCard => ({ code, name, definition, ...rest });

/** The cards: no number without a definition (R-MON-01). */
export const indicatorCards: IndicatorCard[] = [
  card('places', 'Places offered', 'State-funded and other places of open offerings, by year of the campaign.', {
    kind: 'PLACES',
    states: ['OPEN'],
    unit: 'PLACES',
  }),
  card('applications', 'Applications', 'Submitted applications that were not withdrawn, by year of the campaign.', {
    kind: 'APPLICATION',
    states: ['SUBMITTED'],
    unit: 'PERSONS',
  }),
  card('invitations', 'Invitations', 'Invitations issued, whatever became of them, by year of the campaign.', {
    kind: 'INVITATION',
    states: [],
    unit: 'PERSONS',
  }),
  card('agreements', 'Training agreements', 'Signed training agreements in force, by year of the campaign.', {
    kind: 'AGREEMENT',
    states: ['SIGNED'],
    unit: 'PERSONS',
  }),
  card('enrolments', 'Enrolments', 'Enrolments that started, by year of the campaign that led to them.', {
    kind: 'ENROLMENT',
    states: ['ACTIVE', 'COMPLETED', 'TERMINATED'],
    unit: 'PERSONS',
  }),
  card('credentials', 'Diplomas', 'Diplomas issued and in force, by year of issue.', {
    kind: 'CREDENTIAL',
    states: ['ISSUED'],
    unit: 'DOCUMENTS',
  }),
  card('funding', 'Committed funding', 'Funds committed for state-funded learners, by calendar year.', {
    kind: 'COMMITMENT',
    states: [],
    unit: 'EUR_CENTS',
  }),
];

/** Breakdowns and the column that each reads. Free filters are limited to these (R-MON-37). */
export const breakdowns = {
  year: 'f.year',
  county: 'p.county_code',
  institution: 'f.institution_id',
  field: 'f.field_code',
} as const;
export type Breakdown = keyof typeof breakdowns;
export const breakdownNames = Object.keys(breakdowns) as Breakdown[];

/** The breakdowns of a request such as `county,year`, without repetition; undefined when one is unknown. */
export function parseBreakdowns(text: string): Breakdown[] | undefined {
  const names = [...new Set(text.split(','))];
  return names.every((name): name is Breakdown => name in breakdowns) ? names : undefined;
}
