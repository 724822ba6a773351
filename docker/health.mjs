// The health check of a container: is the service ready? Exit 1 and what it answered otherwise, for `docker inspect`.
try {
  const answer = await fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/ready`, { signal: AbortSignal.timeout(4_000) });
  if (!answer.ok) {
    console.error(await answer.text());
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error.cause?.message ?? error.message);
  process.exitCode = 1;
}
