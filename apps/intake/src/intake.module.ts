import { type BeforeApplicationShutdown, type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ChunkSettler } from './chunk-settler';
import { IntakeController } from './intake.controller';
import type { IntakeParts } from './intake.parts';

const PARTS = Symbol('intake parts');

/** The order of the end: nobody waits for an outage any more, then (Nest closes the transport) the chunk in hand is settled, then Postgres. */
@Module({})
export class IntakeModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(PARTS) private readonly parts: IntakeParts) {}

  static with(parts: IntakeParts): DynamicModule {
    return {
      module: IntakeModule,
      controllers: [IntakeController],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: ChunkSettler, useValue: parts.settler },
      ],
    };
  }

  beforeApplicationShutdown(): void {
    this.parts.condition.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.policies.ended();
    await this.parts.kafka.close();
    await this.parts.database.close();
  }
}
