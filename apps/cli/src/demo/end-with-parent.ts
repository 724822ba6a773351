/** Loaded before a service that the command line starts: when that dies, even by kill -9, the pipe on standard input closes, and the service ends with it. */
process.stdin.on('error', () => undefined);
process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
process.stdin.unref();
