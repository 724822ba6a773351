const { writeFileSync } = require('node:fs');

/** Leaves a run's sums for run.mjs. Not Jest's own --json: that writes each failure too, and an error that holds itself ends it without a report. */
module.exports = class SumsReporter {
  onRunComplete(_contexts, { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests }) {
    const sums = { passed, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests + numTodoTests };
    writeFileSync(process.env.JEST_SUMS_FILE, JSON.stringify(sums));
  }
};
