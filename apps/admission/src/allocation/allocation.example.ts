import type { AllocationInput, ApplicationInput, OfferingInput, PreferenceInput } from './allocation.builder.js';

const offering = (offeringId: string, fieldId: string, VF: number, VNF: number): OfferingInput => ({
  offeringId,
  fieldId,
  seats: { VF, VNF },
});

const application = (applicationId: string, points: number, ...options: readonly string[]): ApplicationInput => ({
  applicationId,
  preferences: options.map((option) => {
    const [offeringId = '', fundingType] = option.split(' ');
    return {
      offeringId,
      fundingType: fundingType as PreferenceInput['fundingType'],
      score: Math.round(points * 10_000),
    };
  }),
});

/** The worked run of section 5.2, used by the specs and good for a first look at the engine. */
export const WORKED_RUN: AllocationInput = {
  stageId: '2026-SUMMER',
  seed: 'meistras-example-seed-2026-SUMMER',
  fields: [
    { fieldId: 'H', quota: 3 },
    { fieldId: 'I', quota: 1 },
  ],
  offerings: [offering('K1', 'H', 2, 1), offering('K2', 'H', 2, 0), offering('S1', 'I', 1, 1)],
  applications: [
    application('a1', 9.2, 'K1 VF', 'K2 VF'),
    application('a2', 8.9, 'S1 VF', 'K1 VF'),
    application('a3', 8.5, 'K1 VF', 'K2 VF', 'K1 VNF'),
    application('a4', 8.1, 'K1 VF', 'K2 VF'),
    application('a5', 7.9, 'S1 VF', 'K1 VF', 'K1 VNF'),
    application('a6', 8.1, 'K2 VF'),
    application('a7', 7.0, 'K2 VF', 'K1 VNF'),
    application('a8', 6.5, 'K1 VNF'), // has no right to VF
  ],
};
