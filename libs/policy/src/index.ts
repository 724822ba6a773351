export { describeProblem, PolicyRefused, type PolicyProblem } from './problems';
export { policyOf, readPolicy, type PolicyReading } from './read-policy';
export { builtInDocument, builtInPolicy } from './built-in';
export { FACT_TABLE, type FactKind } from './fact-table';
