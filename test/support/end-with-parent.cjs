// Loaded before a service that a test starts: when the test run dies, even by kill -9, the pipe on standard input closes.
process.stdin.on('error', () => undefined);
process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
process.stdin.unref();
