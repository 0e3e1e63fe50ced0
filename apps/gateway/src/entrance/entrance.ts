import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerOf, TokenVerifier, unauthenticated } from '@meistras/platform/auth/token-verifier';
import { sendProblem } from '@meistras/platform/errors/problem.filter';
import { Clock } from '@meistras/platform/time/clock';
import { RateLimits } from '../limits/rate-limits.js';
import type { Lane } from '../limits/rate-limits.js';
import type { Bucket } from '../limits/token-buckets.js';
import { refuse } from '../problems/refusal.js';
import { Addresses } from '../proxy/addresses.js';
import { PublicOperations } from './public-operations.js';
import { RevokedClients } from './revoked-clients.js';

/** A request that may pass, with the bucket that it was taken from. */
export interface Admission {
  lane: Lane;
  bucket: Bucket;
}

type Admit = (admission: Admission) => void;
type VerifiedToken = Awaited<ReturnType<TokenVerifier['verify']>>;

/**
 * Who may pass: whoever has a valid token of a client that is not revoked, and anybody to a public operation, each as
 * often as its bucket allows. The services check the token again, and its scopes; this is the first of two walls.
 */
@Injectable()
export class Entrance {
  constructor(
    private readonly tokens: TokenVerifier,
    private readonly revoked: RevokedClients,
    private readonly limits: RateLimits,
    private readonly publicOperations: PublicOperations,
    private readonly addresses: Addresses,
    private readonly clock: Clock,
  ) {}

  /** Calls `admit`, at once if the token is known, or refuses. */
  admit(request: FastifyRequest, reply: FastifyReply, admit: Admit): void {
    const nowMs = this.clock.now().getTime();
    const token = bearerOf(request.raw.headers.authorization);
    if (token === undefined) {
      this.admitAnyone(request, reply, (admission) => {
        if (this.publicOperations.includes(request.method, request.url)) admit(admission);
        else fail(request, reply, unauthenticated('A bearer token is needed.'));
      });
      return;
    }
    const known = this.tokens.recallToken(token, Math.floor(nowMs / 1_000));
    if (known) this.admitClient(known, request, reply, admit);
    else this.admitNewToken(token, request, reply, admit);
  }

  /** Without a look at any token: the issuer's own paths, where a client has none yet. */
  admitAnyone(request: FastifyRequest, reply: FastifyReply, admit: Admit): void {
    const lane = this.limits.anonymous;
    const bucket = lane.take(this.addresses.clientOf(request.raw), this.clock.now().getTime());
    if (bucket.granted) admit({ lane, bucket });
    else refuse(request, reply, lane.refusalOf(bucket));
  }

  private admitClient(token: VerifiedToken, request: FastifyRequest, reply: FastifyReply, admit: Admit): void {
    const { actor, issuedAt } = token;
    if (this.revoked.closes(actor.clientId, issuedAt)) {
      fail(request, reply, unauthenticated('The client was revoked, or may do less than when it got this token.'));
      return;
    }
    request.actor = actor;
    const lane = this.limits.laneOf(request.url);
    const bucket = lane.take(actor.clientId, this.clock.now().getTime());
    if (bucket.granted) admit({ lane, bucket });
    else refuse(request, reply, lane.refusalOf(bucket));
  }

  /** A signature costs more than most requests: an address may have only so many checked. */
  private admitNewToken(token: string, request: FastifyRequest, reply: FastifyReply, admit: Admit): void {
    this.admitAnyone(request, reply, () => {
      this.tokens.verify(token).then(
        (verified) => this.admitClient(verified, request, reply, admit),
        (error: unknown) => fail(request, reply, error),
      );
    });
  }
}

function fail(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  sendProblem(error, 'gateway', request, reply);
}
