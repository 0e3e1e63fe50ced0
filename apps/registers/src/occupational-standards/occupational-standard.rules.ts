import type { Fault } from '@meistras/platform/errors/domain-error';

/** Something that the holder of a qualification can do. */
export interface Competence {
  code: string;
  name: string;
  /** The level at which it is needed, where the standard says one. */
  eqfLevel?: number;
}

/** Codes that come twice. */
export function competenceFaults(competences: Competence[]): Fault[] {
  return competences.flatMap(({ code }, at) =>
    competences.findIndex((other) => other.code === code) < at
      ? [{ pointer: `/competences/${at}/code`, code: 'DUPLICATE', message: 'Another competence has this code.' }]
      : [],
  );
}
