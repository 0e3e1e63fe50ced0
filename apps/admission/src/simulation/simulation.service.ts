import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { conflict } from '@meistras/platform/errors/domain-error';
import { Clock } from '@meistras/platform/time/clock';
import { AdmissionConfig } from '../admission.config.js';

/** The clock of a rehearsal: one instance, whose clock outlives its restarts. */
@Injectable()
export class SimulationService implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AdmissionConfig,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.config.SIMULATED_CLOCK !== 'on') return;
    const [row]: { ahead: string }[] = await this.dataSource.query('SELECT ahead_ms AS ahead FROM simulated_clock');
    if (row) this.clock.simulate(new Date(this.clock.real().getTime() + Number(row.ahead)));
  }

  async show(now: Date): Promise<void> {
    this.mustSimulate();
    const ahead = now.getTime() - this.clock.real().getTime();
    await this.dataSource.query(
      `INSERT INTO simulated_clock (ahead_ms) VALUES ($1) ON CONFLICT (only_one) DO UPDATE SET ahead_ms = excluded.ahead_ms`,
      [ahead],
    );
    this.clock.simulate(now);
  }

  async reset(): Promise<void> {
    this.mustSimulate();
    await this.dataSource.query('DELETE FROM simulated_clock');
    this.clock.simulate(undefined);
  }

  private mustSimulate(): void {
    if (this.config.SIMULATED_CLOCK !== 'on') throw conflict('clock-is-real', 'This service goes by the real time.');
  }
}
