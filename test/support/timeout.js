// A suite starts processes, makes topics and waits for consumers: what it waits for is not a matter of five seconds.
// (Jest takes no `testTimeout` from one of several projects.)
jest.setTimeout(60_000);
