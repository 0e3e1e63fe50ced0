import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { MatchingRun, RunState } from './matching-run.entity.js';
import { runPhases } from './run.job.js';
import type { RunPhase } from './run.job.js';
import type { CheckedProperty, HeldGroup, RunReport } from './run.rules.js';
import type { RunWork } from './run-work.entity.js';

export class StartRunQuery {
  /**
   * What a public draw held after the stage was locked gave; needed exactly where the policy parameter
   * `adm.lottery.publicDraw` says so. The first one of a stage counts for all of its runs.
   * @example "07-11-23-31-38"
   */
  @IsOptional()
  @IsString()
  @Matches(/^[!-{}~]{1,100}$/)
  publicDraw?: string;
}

export class DecideQuarantineDto {
  /**
   * Number of the group, from 1.
   * @example 1
   */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  group: number;

  /**
   * The act by which the results of the group stand as they were computed.
   * @example "V-1519"
   */
  @IsString()
  @Length(1, 200)
  act: string;
}

export class ProgressDto {
  @ApiProperty({ enum: runPhases })
  phase: RunPhase;
  /** Applicants, or invitations while publishing. */
  done: number;
  total: number;
}

export class ViolationDto {
  /** @example "passes every limit around a preferred option" */
  reason: string;
  applicationId?: string;
  offeringId?: string;
  fundingType?: 'VF' | 'VNF';
  /** @example "07" */
  fieldCode?: string;
}

/** Applicants and pools linked with a violation through lists: their results are held back. */
export class HeldGroupDto {
  /** From 1. */
  group: number;
  applicants: number;
  placed: number;
  /** Fields of the group. */
  fields: string[];
  /** Offerings whose places that are not state-funded belong to it. */
  offerings: string[];
}

export class FaultDto {
  /** @example "pools[07]" */
  path: string;
  /** @example "POOL_MISSING" */
  code: string;
}

export class PropertyDto {
  /**
   * Number of the verified property.
   * @example "P3"
   */
  property: string;
  ok: boolean;
  /** How many facts were compared. */
  checked: number;
  violationCount: number;
  /** The first of them. */
  violations: ViolationDto[];
}

/** The work of a run and what came of it. */
export class RunWorkDto {
  version: number;
  /** @example "deferred-acceptance/2" */
  engineVersion: string;
  startedAt: string;
  finishedAt?: string;
  /** While it is at work. */
  progress?: ProgressDto;
  /** SHA-256 over the input as its artefact has it. */
  inputHash?: string;
  /** SHA-256 over the result as its artefact has it. */
  resultHash?: string;
  applicants?: number;
  placed?: number;
  /** Whether the verifier, which shares no code with the engine, found every property to hold. */
  verified?: boolean;
  properties?: PropertyDto[];
  /** Allowed, but worth a look. */
  warnings?: string[];
  /** Why it failed. */
  error?: string;
  /** How many faults the input has. */
  faultCount?: number;
  /** The first of them. */
  faults?: FaultDto[];
}

export class RunDto extends RunWorkDto {
  id: string;
  stageId: string;
  /** `RUNNING` until the result is stored, `PUBLISHING` until every invitation is issued. */
  @ApiProperty({ enum: ['RUNNING', 'COMPLETED', 'FAILED', 'PUBLISHING', 'PUBLISHED'] })
  state: RunState;
  publicDraw?: string;
  /** SHA-256 over the artefact, which the key signed. */
  digest?: string;
  keyId?: string;
  /** Groups whose results are held back, also those let out since. */
  held?: HeldGroupDto[];
  publishedAt?: string;
}

export class RunPageDto {
  items: RunDto[];
  next?: string;
}

export class RunsQuery extends PageQuery {}

export function toRunDto(run: MatchingRun): RunDto {
  const { id, stageId, state } = run;
  return {
    ...{ id, stageId, state, ...toRunWorkDto(run) },
    ...present('publicDraw', run.publicDraw),
    ...present('digest', run.digest),
    ...present('keyId', run.keyId),
    ...(run.report === null ? {} : { held: run.report.held.map(toHeldGroupDto) }),
    ...present('publishedAt', run.publishedAt?.toISOString()),
  };
}

export function toRunWorkDto(run: RunWork): RunWorkDto {
  const { version, engineVersion, phase, done, total } = run;
  return {
    ...{ version, engineVersion, startedAt: run.startedAt.toISOString() },
    ...(phase === null ? {} : { progress: { phase, done, total } }),
    ...present('finishedAt', run.finishedAt?.toISOString()),
    ...present('inputHash', run.inputHash),
    ...present('resultHash', run.resultHash),
    ...present('applicants', run.applicants),
    ...present('placed', run.placed),
    ...(run.report === null ? {} : ofReport(run.report)),
    ...present('error', run.error),
    ...(run.refusal === null ? {} : { faultCount: run.refusal.faultCount, faults: run.refusal.faults.map(toFaultDto) }),
  };
}

/** The property, unless there is nothing to say. */
export function present<K extends string, V>(name: K, value: V | null | undefined): Partial<Record<K, V>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

const toFaultDto = ({ path, code }: FaultDto): FaultDto => ({ path, code });

function ofReport({ verified, warnings, properties }: RunReport): Partial<RunWorkDto> {
  return { verified, warnings, properties: properties.map(toPropertyDto) };
}

function toPropertyDto({ property, ok, checked, violationCount, violations }: CheckedProperty): PropertyDto {
  return { property, ok, checked, violationCount, violations: violations.map((each) => ({ ...each })) };
}

function toHeldGroupDto({ group, applicants, placed, fields, offerings }: HeldGroup): HeldGroupDto {
  return { group, applicants, placed, fields, offerings };
}
