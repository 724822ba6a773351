import { Env, ServiceEnv } from '@vong-gac/runtime';
import { IsInt, IsOptional, IsUrl, Max, Min } from 'class-validator';

/** What the api reads from its environment. Its health is served at HTTP_PORT. */
export class ApiEnv extends ServiceEnv {
  @Env('HTTP_PORT', 'port of the api; 0 = a free port, printed')
  @IsInt()
  @Min(0)
  @Max(65_535)
  httpPort: number = 3_000;

  @Env('PUBLIC_URL', 'where officers reach the api: the link of an alert begins with it; not given: http://127.0.0.1:PORT, the port that it listens on')
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true }, { message: 'must be an http:// or https:// URL' })
  publicUrl?: string;
}

/** PUBLIC_URL without a slash at the end. */
export function publicUrlOf(env: ApiEnv): string {
  return (env.publicUrl ?? `http://127.0.0.1:${env.httpPort}`).replace(/\/+$/, '');
}
