import type { Fault } from '@meistras/platform/errors/domain-error';

/** Whose code it is: `SMPKR`, Lithuania's register of programmes; `PSUP`, an offering of France's admission platform. */
export const programmeSchemes = ['SMPKR', 'PSUP'] as const;
export type ProgrammeScheme = (typeof programmeSchemes)[number];

export const programmeKinds = ['INITIAL', 'CONTINUING', 'HIGHER'] as const;
export type ProgrammeKind = (typeof programmeKinds)[number];

export const programmeStates = ['REGISTERED', 'SUPERSEDED', 'DEREGISTERED'] as const;
export type ProgrammeState = (typeof programmeStates)[number];

export const moduleKinds = ['INTRODUCTORY', 'GENERAL', 'QUALIFICATION', 'OPTIONAL', 'FINAL'] as const;
export type ModuleKind = (typeof moduleKinds)[number];

export interface ProgrammeModule {
  code: string;
  name: string;
  kind: ModuleKind;
  mandatory: boolean;
  credits: number;
}

/** What the rules look at. */
export interface JudgedProgramme {
  codeScheme: ProgrammeScheme;
  code: string;
  kind: ProgrammeKind;
  fieldCode: string;
  eqfLevel: number;
  credits: number;
  modules: ProgrammeModule[];
}

/** R-REG-09. */
const smpkrPattern = /^[PTM][1-5][1-4]\d{4}\d{2}$/;
const psupPattern = /^\d{1,5}$/;

export function isProgrammeCode(scheme: ProgrammeScheme, code: string): boolean {
  switch (scheme) {
    case 'SMPKR':
      return smpkrPattern.test(code);
    case 'PSUP':
      return psupPattern.test(code);
  }
}

/** What a state code says of its programme (R-REG-10, F-REG-6). */
export interface CodeReading {
  /** Absent for `M`, the earlier modular programmes of either kind. */
  kind?: ProgrammeKind;
  level: number;
  entry: number;
  field: string;
  sequence: string;
}

export function readCode(code: string): CodeReading {
  const kinds: Record<string, ProgrammeKind> = { P: 'INITIAL', T: 'CONTINUING' };
  const kind = kinds[code.charAt(0)];
  return {
    ...(kind === undefined ? {} : { kind }),
    level: Number(code.charAt(1)),
    entry: Number(code.charAt(2)),
    field: code.slice(3, 7),
    sequence: code.slice(7),
  };
}

/** R-REG-10: where the code and the fields disagree. A warning, never a refusal. */
export function codeWarnings({ codeScheme, code, kind, eqfLevel, fieldCode }: JudgedProgramme): Fault[] {
  if (codeScheme !== 'SMPKR') return [];
  const reading = readCode(code);
  const warnings: Fault[] = [];
  const warn = (pointer: string, says: string): number =>
    warnings.push({ pointer, code: 'CODE_READS_OTHERWISE', message: `The code reads ${says}.` });
  if (reading.kind !== undefined && reading.kind !== kind) warn('/kind', reading.kind);
  if (reading.level !== eqfLevel) warn('/eqfLevel', `level ${reading.level}`);
  if (!reading.field.startsWith(fieldCode)) warn('/fieldCode', `field ${reading.field}`);
  return warnings;
}

const minimalCredits = 30;
const vetLevels = { lowest: 2, highest: 5 };

/** R-REG-13. */
const neededModules: Record<ProgrammeKind, readonly ModuleKind[]> = {
  INITIAL: ['INTRODUCTORY', 'GENERAL', 'QUALIFICATION', 'FINAL'],
  CONTINUING: ['QUALIFICATION', 'FINAL'],
  HIGHER: [],
};

/** Every fault of a programme that its fields show together. */
export function programmeFaults(programme: JudgedProgramme): Fault[] {
  return [...moduleFaults(programme), ...(isVet(programme) ? vetFaults(programme) : [])];
}

const isVet = ({ codeScheme, kind }: JudgedProgramme): boolean => codeScheme === 'SMPKR' && kind !== 'HIGHER';

/** Section 8: modules, where given, add up to the programme. */
function moduleFaults({ modules, credits }: JudgedProgramme): Fault[] {
  if (modules.length === 0) return [];
  const faults = modules.flatMap(({ code }, at) =>
    modules.findIndex((other) => other.code === code) < at
      ? [{ pointer: `/modules/${at}/code`, code: 'DUPLICATE', message: `The module ${code} stands twice.` }]
      : [],
  );
  const sum = modules.reduce((total, module) => total + module.credits, 0);
  if (sum !== credits) {
    const message = `The modules have ${sum} credits, the programme ${credits}: a difference of ${sum - credits}.`;
    faults.push({ pointer: '/modules', code: 'CREDITS_DIFFER', message });
  }
  return faults;
}

function vetFaults({ kind, eqfLevel, credits, modules }: JudgedProgramme): Fault[] {
  const faults: Fault[] = [];
  // R-REG-12
  if (credits < minimalCredits)
    faults.push({ pointer: '/credits', code: 'TOO_FEW_CREDITS', message: `A VET programme has at least 30 credits.` });
  if (eqfLevel < vetLevels.lowest || eqfLevel > vetLevels.highest)
    faults.push({ pointer: '/eqfLevel', code: 'NO_VET_LEVEL', message: 'A VET programme leads to level II to V.' });
  if (modules.length === 0) return faults;
  for (const needed of neededModules[kind].filter((each) => !modules.some((module) => module.kind === each))) {
    const message = `The programme needs a module of the kind ${needed}.`;
    faults.push({ pointer: '/modules', code: 'MODULE_KIND_MISSING', message });
  }
  return faults;
}
