/** For bounds on how long something may take: unlike a clock, it stands still while other processes compute. */

/** Processor time that this process has used, in milliseconds. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
