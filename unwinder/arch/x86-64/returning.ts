/** What instructions say of a function that is about to return (Intel SDM volume 2: POP, RET). */

const POP_FIRST = 0x58;
const POP_LAST = 0x5f;
/** REX.B: the registers r8 to r15. */
const REX_B = 0x41;
const RET = 0xc3;
const RET_AND_POP = 0xc2;
/** Before RET: "repz ret" for old processors' sake, "bnd ret" of MPX. */
const REPZ = 0xf3;
const BND = 0xf2;

/** Whether code does nothing any more but pop registers and return. */
export function onlyReturns(code: Uint8Array): boolean {
  let at = 0;
  for (;;) {
    const isExtended = code[at] === REX_B;
    const operation = code[isExtended ? at + 1 : at];
    if (!(operation >= POP_FIRST && operation <= POP_LAST)) break;
    at += isExtended ? 2 : 1;
  }
  if (code[at] === REPZ || code[at] === BND) at++;
  return code[at] === RET || code[at] === RET_AND_POP;
}
