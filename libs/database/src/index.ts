export { openDatabase, Database, type DatabaseOptions, type Prepared, type Queryable } from './data-source';
export { migrate } from './migrate';
export { failureKind, sqlState, transientFailure, uniqueConflict, type FailureKind } from './failure';
export * from './entities';
export { RegistryStore, SeedRefused, type SeedReport } from './registry.store';
export { HEADERS as SEED_HEADERS, receiverId, type SeedFileKind, type SeedFiles } from './seed/files';
export { SEED_LIMITS, type CsvFile, type SeedProblem } from './seed/csv';
export { SAMPLE_FILES } from './seed/sample';
