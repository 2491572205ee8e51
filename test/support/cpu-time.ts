/**
 * How long work takes, where it must not take long: milliseconds of a processor since the call. Those of a clock would count
 * what a loaded machine does meanwhile.
 */
export function startCpuTime(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
}
