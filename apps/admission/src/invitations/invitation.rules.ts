import type { InvitationState } from '@meistras/contracts/events/admission/invitation';
import { conflict } from '@meistras/platform/errors/domain-error';

/** Section 4: an issued invitation ends once, in one of four ways. */
export function assertIssued(state: InvitationState): void {
  switch (state) {
    case 'ISSUED':
      return;
    case 'SIGNED':
      throw conflict('invitation-signed', 'The invitation is signed already.');
    case 'LAPSED':
      throw conflict('invitation-lapsed', 'The invitation lapsed at the end of the signing window (R-ADM-29).');
    case 'DECLINED':
      throw conflict('invitation-declined', 'The invitation was declined.');
    case 'ANNULLED':
      throw conflict('invitation-annulled', 'The invitation was annulled (R-ADM-29).');
  }
}
