import { Catch, type ExceptionFilter } from '@nestjs/common';

/**
 * Lets a handler's error reach the transport as it was thrown, with `code` and `cause`: Nest's own handling replaces it by
 * "Internal server error", and a bug could no longer be told from an outage. Register it with `useGlobalFilters`.
 */
@Catch()
export class RethrowFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
