import { AlertingEnv, Env } from '@vong-gac/runtime';
import { IsInt, Max, Min } from 'class-validator';

/** What dispatch reads from its environment. */
export class DispatchEnv extends AlertingEnv {
  @Env('POLL_MS', 'dispatch looks for due deliveries and open alerts at least so often; notifications only make it sooner')
  @IsInt()
  @Min(50)
  @Max(10_000)
  pollMs: number = 500;

  @Env('LEASE_MS', 'when a dispatcher dies, another sends its deliveries again after so long; longer than one request may take')
  @IsInt()
  @Min(7_000)
  @Max(60_000)
  leaseMs: number = 8_000;

  @Env('RECEIVER_IN_FLIGHT', 'deliveries on their way to one webhook at once')
  @IsInt()
  @Min(1)
  @Max(100)
  receiverInFlight: number = 8;

  @Env('IN_FLIGHT', 'deliveries on their way at once')
  @IsInt()
  @Min(10)
  @Max(10_000)
  inFlight: number = 2_000;

  @Env('RETRY_FIRST_MS', 'wait after the first failed attempt; doubles from one to the next')
  @IsInt()
  @Min(50)
  @Max(60_000)
  retryFirstMs: number = 500;

  @Env('RETRY_MAX_MS', 'longest wait between two attempts at a webhook')
  @IsInt()
  @Min(100)
  @Max(3_600_000)
  retryMaxMs: number = 30_000;
}
