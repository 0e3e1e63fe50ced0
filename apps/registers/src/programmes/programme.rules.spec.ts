import { describe, expect, it } from '@jest/globals';
import { codeWarnings, isProgrammeCode, moduleKinds, programmeFaults, readCode } from './programme.rules.js';
import type { JudgedProgramme, ModuleKind, ProgrammeModule } from './programme.rules.js';

function modulesOf(kinds: readonly ModuleKind[], credits: number): ProgrammeModule[] {
  return kinds.map((kind, at) => ({ code: `M${at}`, name: kind, kind, mandatory: true, credits }));
}

const programme: JudgedProgramme = {
  codeScheme: 'SMPKR',
  code: 'P43061301',
  kind: 'INITIAL',
  fieldCode: '0613',
  eqfLevel: 4,
  credits: 60,
  modules: [],
};

describe('state code (R-REG-09)', () => {
  it.each([
    ['P43061301', true],
    ['P42061301', true],
    ['T43061304', true],
    ['M43101302', true],
    ['P4306130', false],
    ['X43061301', false],
    ['P63061301', false],
    ['P45061301', false],
    ['p43061301', false],
  ])('%s: %s', (code, valid) => {
    expect(isProgrammeCode('SMPKR', code)).toBe(valid);
  });

  it.each([
    ['22648', true],
    ['1', true],
    ['123456', false],
    ['', false],
    ['12a', false],
  ])('an offering of the French platform %s: %s', (code, valid) => {
    expect(isProgrammeCode('PSUP', code)).toBe(valid);
  });
});

describe('reading of the state code (R-REG-10, F-REG-6)', () => {
  it.each([
    ['P43061301', { kind: 'INITIAL', level: 4, entry: 3, field: '0613', sequence: '01' }],
    ['T43061304', { kind: 'CONTINUING', level: 4, entry: 3, field: '0613', sequence: '04' }],
    ['P42061301', { kind: 'INITIAL', level: 4, entry: 2, field: '0613', sequence: '01' }],
    ['M43101302', { level: 4, entry: 3, field: '1013', sequence: '02' }],
  ])('%s', (code, reading) => {
    expect(readCode(code)).toEqual(reading);
  });

  it.each<[Partial<JudgedProgramme>, string[]]>([
    [{}, []],
    [{ fieldCode: '061' }, []],
    [{ kind: 'CONTINUING' }, ['/kind']],
    [{ eqfLevel: 3 }, ['/eqfLevel']],
    [{ fieldCode: '0612' }, ['/fieldCode']],
    [{ code: 'M43061301', kind: 'CONTINUING' }, []],
    [{ codeScheme: 'PSUP', code: '1', kind: 'HIGHER' }, []],
  ])('%j warns of %j', (facts, pointers) => {
    expect(codeWarnings({ ...programme, ...facts }).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

describe('a programme', () => {
  const all = moduleKinds;
  const continuing: ModuleKind[] = ['QUALIFICATION', 'FINAL'];
  it.each<[string, Partial<JudgedProgramme>, string[]]>([
    ['without modules', {}, []],
    ['of 30 credits (R-REG-12)', { credits: 30 }, []],
    ['of 29 credits (R-REG-12)', { credits: 29 }, ['/credits TOO_FEW_CREDITS']],
    ['of level I (R-REG-12)', { eqfLevel: 1 }, ['/eqfLevel NO_VET_LEVEL']],
    ['of level II (R-REG-12)', { eqfLevel: 2 }, []],
    ['of level V (R-REG-12)', { eqfLevel: 5 }, []],
    ['of level VI (R-REG-12)', { eqfLevel: 6 }, ['/eqfLevel NO_VET_LEVEL']],
    ['of higher education', { kind: 'HIGHER', eqfLevel: 6, credits: 20 }, []],
    ['of another country', { codeScheme: 'PSUP', code: '1', credits: 10, eqfLevel: 6 }, []],
    ['initial with every kind of module (R-REG-13)', { modules: modulesOf(all, 12) }, []],
    ...(['INTRODUCTORY', 'GENERAL', 'QUALIFICATION', 'FINAL'] as const).map(
      (kind): [string, Partial<JudgedProgramme>, string[]] => {
        const rest = all.filter((each) => each !== kind);
        return [
          `initial without ${kind} (R-REG-13)`,
          { modules: modulesOf(rest, 15) },
          ['/modules MODULE_KIND_MISSING'],
        ];
      },
    ),
    ['continuing with the two (R-REG-13)', { kind: 'CONTINUING', modules: modulesOf(continuing, 30) }, []],
    [
      'continuing without final (R-REG-13)',
      { kind: 'CONTINUING', modules: modulesOf(['QUALIFICATION'], 60) },
      ['/modules MODULE_KIND_MISSING'],
    ],
    ['with too few module credits (section 8)', { modules: modulesOf(all, 11) }, ['/modules CREDITS_DIFFER']],
    [
      'with a module twice',
      { kind: 'HIGHER', modules: [...modulesOf(['OPTIONAL'], 30), ...modulesOf(['OPTIONAL'], 30)] },
      ['/modules/1/code DUPLICATE'],
    ],
  ])('%s', (_, facts, expected) => {
    const faults = programmeFaults({ ...programme, ...facts });
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(expected);
  });

  it('names the difference of the credits (section 8)', () => {
    const [fault] = programmeFaults({ ...programme, modules: modulesOf(all, 11) });
    expect(fault?.message).toBe('The modules have 55 credits, the programme 60: a difference of -5.');
  });
});
