import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { tableOf } from '@meistras/platform/database/rows';
import type { Insert } from '@meistras/platform/database/writes';
import { Clock } from '@meistras/platform/time/clock';
import type { Grade } from '../allocation/score.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { ApplicationScore } from './application-score.entity.js';
import type { Application } from './application.entity.js';
import { scoreFormula, scoreOf } from './application.rules.js';
import type { GradeDto, GradesDto, ScoreDto, ScoreHistoryDto } from './applications.dto.js';

export type Scored = Pick<Application, 'grades' | 'examResults' | 'score' | 'scoreFormula'> & {
  /** In whole per cent. */
  secondaryWeight: number;
};

/** A version of an application with what it was scored by, and why it was scored again. */
export interface ScoredVersion {
  application: Application;
  scored: Scored;
  by: Actor;
  reason: string | null;
}

/** The competitive score from stored grades, with every one that was ever computed (F-ADM-1, R-ADM-22, R-ADM-23). */
@Injectable()
export class ScoresService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
  ) {}

  /** By the weight in force on the day on which applying begins. */
  compute(dto: GradesDto, day: string): Scored {
    const secondaryWeight = this.policies.on('adm.score.secondaryWeight', day);
    const grades = dto.grades.map(toGrade);
    const examResults = dto.examResults ?? [];
    const { tenThousandths: score } = scoreOf({ grades, examResults, secondaryWeightPercent: secondaryWeight });
    return { grades, examResults, score, scoreFormula, secondaryWeight };
  }

  /** What versions of applications were scored by, to be stored with them. */
  insertOf(versions: ScoredVersion[]): Insert {
    const recordedAt = this.clock.now();
    const rows = versions.map(({ application: { id, version }, scored, by, reason }): ApplicationScore => {
      const { grades, examResults, score, secondaryWeight } = scored;
      return {
        ...{ applicationId: id, version, grades, examResults, secondaryWeight, score, scoreFormula },
        ...{ reason, statedBy: by.clientId, recordedAt },
      };
    });
    return { table: tableOf(this.dataSource, ApplicationScore), rows };
  }

  async historyOf({ id, entryFacts }: Application): Promise<ScoreHistoryDto> {
    const [last, ...earlier] = await this.dataSource.manager.find(ApplicationScore, {
      where: { applicationId: id },
      order: { version: 'DESC' },
    });
    if (!last) throw new Error(`The application ${id} has no score.`);
    return {
      ...toScoreDto(last),
      ...(entryFacts.document === undefined ? {} : { source: entryFacts.document }),
      earlier: earlier.map(toScoreDto),
    };
  }
}

function toGrade({ scale, value }: GradeDto): Grade {
  return scale === 'NONE' ? { scale } : { scale, value: value ?? 0 };
}

function toScoreDto(row: ApplicationScore): ScoreDto {
  const { version, grades, examResults, secondaryWeight, scoreFormula: formula, score, reason, recordedAt } = row;
  return {
    ...{ version, grades, examResults, secondaryWeight, formula, score: score / 10_000 },
    ...(reason === null ? {} : { reason }),
    recordedAt: recordedAt.toISOString(),
  };
}
