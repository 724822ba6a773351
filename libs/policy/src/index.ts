export { describeProblem, PolicyRefused, type PolicyProblem } from './problems';
export { policyOf, readPolicy, type PolicyReading } from './read-policy';
export { builtInDocument, builtInPolicy, shippedPolicies } from './built-in';
export { readablePolicy, type ReadablePolicy, type ReadableRule } from './readable';
export { droppedFloors, type DroppedFloor } from './dropped-floors';
export { FACT_TABLE, type FactKind } from './fact-table';
export { PolicyBook, type PolicyRead, type PolicySource, type PolicyTimeline } from './policy-book';
