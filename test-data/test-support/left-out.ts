/** The one way in which tests that need more than a clone (a toolchain root, shared recordings) are left out: aloud. */

/**
 * `describe` where what the tests need is here. Else their place is taken by one skipped test whose name says what is
 * missing (.ci/run lists it, and counts it neither as passed nor as failed), and the body does not run at all.
 *
 * @param missing what is not here, as the end of "left out: …"
 */
export function describeWhere(isHere: boolean, name: string, missing: string, tests: () => void): void {
  if (isHere) describe(name, tests);
  else leaveOut(name, missing);
}

/** The same for one test. @param timeoutMs of the test, if not the usual */
export function testWhere(
  isHere: boolean,
  name: string,
  missing: string,
  body: jest.ProvidesCallback,
  timeoutMs?: number,
): void {
  if (isHere) test(name, body, timeoutMs);
  else leaveOut(name, missing);
}

function leaveOut(name: string, missing: string): void {
  console.warn(`left out: ${name}: ${missing}`);
  declareLeftOut(name, missing);
}

/** Declares the skipped test that stands for what cannot run here; the caller says so on the console. */
export function declareLeftOut(name: string, missing: string): void {
  test.skip(`${name} (left out: ${missing})`, () => undefined);
}
