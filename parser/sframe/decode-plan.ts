/**
 * What differs between the versions and ABIs of SFrame, stated once: a section picks its plan when it is
 * opened, and the code that reads FDEs and rows has no other branch on version or architecture.
 *
 * An FDE as the file has it (every field in the section's byte order):
 *
 *   version 2, one entry of 20 bytes:
 *     0 start i32 | 4 size u32 | 8 first FRE u32 | 12 FRE count u32 | 16 info | 17 repetition size | 18 padding u16
 *   version 3, an index entry of 16 bytes and, where its first FRE offset points, 5 bytes of attributes:
 *     0 start i64 | 8 size u32 | 12 attributes u32       0 FRE count u16 | 2 info | 3 info2 | 4 repetition size
 *
 * The bits of `info` are the same in both (version 2 has no signal bit):
 *
 *     7 signal | 6 unused | 5 pauth key B | 4 PC type | 3-0 FRE type          info2: 7-5 unused | 4-0 FDE type
 */

import { addressFromHalves } from '../bytes';
import * as machines from '../machines';
import type { Machine, SFrameAbi } from '../machines/machine';
import * as sframe from './constants';

/** One FDE's fields, filled by {@link FdeLayout.readEntryInto} and {@link FdeLayout.readAttributesInto}. */
export class FdeFields {
  /** The start as encoded, relative to the field or to the section; exact only within ±2^53. */
  startOffset = 0;
  sizeBytes = 0;
  /** Where the FDE's data begins within the FRE sub-section. */
  dataOffset = 0;
  freCount = 0;
  info = 0;
  info2 = 0;
  repetitionSize = 0;
}

/** How a version of the format lays out its FDEs. */
export interface FdeLayout {
  readonly entrySizeBytes: number;
  /** Bytes of attributes in front of an FDE's first FRE (0: everything is in the entry). */
  readonly attributeSizeBytes: number;
  /** Bits of `info` that have no meaning in this version. */
  readonly unusedInfoBits: number;
  readonly signalBit: number;
  /** A default FDE without FREs says that its function is outermost (version 3); before, it says nothing. */
  readonly emptyFdeIsOutermost: boolean;
  /** Flags that this version defines. */
  readonly knownFlags: number;
  readEntryInto(view: DataView, at: number, littleEndian: boolean, out: FdeFields): void;
  readAttributesInto(view: DataView, at: number, littleEndian: boolean, out: FdeFields): void;
  /** The encoded start in full, for cold code. */
  readStartWord(view: DataView, at: number, littleEndian: boolean): bigint;
}

const version2Layout: FdeLayout = {
  entrySizeBytes: 20,
  attributeSizeBytes: 0,
  unusedInfoBits: 0xc0,
  signalBit: 0,
  emptyFdeIsOutermost: false,
  knownFlags:
    sframe.SFRAME_F_FDE_SORTED | sframe.SFRAME_F_FRAME_POINTER | sframe.SFRAME_F_FDE_FUNC_START_PCREL,
  readEntryInto(view, at, littleEndian, out) {
    out.startOffset = view.getInt32(at, littleEndian);
    out.sizeBytes = view.getUint32(at + 4, littleEndian);
    out.dataOffset = view.getUint32(at + 8, littleEndian);
    out.freCount = view.getUint32(at + 12, littleEndian);
    out.info = view.getUint8(at + 16);
    out.info2 = 0;
    out.repetitionSize = view.getUint8(at + 17);
  },
  readAttributesInto() {
    // All of them are in the entry.
  },
  readStartWord: (view, at, littleEndian) => BigInt(view.getInt32(at, littleEndian)),
};

const version3Layout: FdeLayout = {
  entrySizeBytes: 16,
  attributeSizeBytes: 5,
  unusedInfoBits: 0x40,
  signalBit: 0x80,
  emptyFdeIsOutermost: true,
  knownFlags: sframe.SFRAME_F_FDE_SORTED | sframe.SFRAME_F_FDE_FUNC_START_PCREL,
  readEntryInto(view, at, littleEndian, out) {
    const first = view.getUint32(at, littleEndian);
    const second = view.getUint32(at + 4, littleEndian);
    out.startOffset = littleEndian ? addressFromHalves(first, second) : addressFromHalves(second, first);
    out.sizeBytes = view.getUint32(at + 8, littleEndian);
    out.dataOffset = view.getUint32(at + 12, littleEndian);
  },
  readAttributesInto(view, at, littleEndian, out) {
    out.freCount = view.getUint16(at, littleEndian);
    out.info = view.getUint8(at + 2);
    out.info2 = view.getUint8(at + 3);
    out.repetitionSize = view.getUint8(at + 4);
  },
  readStartWord: (view, at, littleEndian) => view.getBigInt64(at, littleEndian),
};

/** Everything that reading one section needs to know about its version and ABI. */
export interface DecodePlan extends Omit<SFrameAbi, 'version2WordsNameRegisters'> {
  readonly version: number;
  readonly layout: FdeLayout;
  readonly machine: Machine;
  /** Odd RA and FP words of default rows are register numbers (times 2, plus 1). */
  readonly wordsNameRegisters: boolean;
}

const plans = machines.all.flatMap((machine) => machine.sframeAbis.flatMap((abi) => plansOf(machine, abi)));

function plansOf(machine: Machine, { version2WordsNameRegisters, ...facts }: SFrameAbi): DecodePlan[] {
  return [
    {
      ...facts,
      machine,
      version: sframe.SFRAME_VERSION_2,
      layout: version2Layout,
      wordsNameRegisters: version2WordsNameRegisters,
    },
    {
      ...facts,
      machine,
      version: sframe.SFRAME_VERSION_3,
      layout: version3Layout,
      wordsNameRegisters: false,
    },
  ];
}

/** The plan for a header's version and abi_arch, if both are known. */
export function findDecodePlan(version: number, abi: number): DecodePlan | undefined {
  return plans.find((plan) => plan.version === version && plan.abi === abi);
}

/** The plan of a version for files of a machine (EM_*) and byte order, if SFrame is defined for it. */
export function findMachinePlan(
  version: number,
  elfMachine: number,
  littleEndian: boolean,
): DecodePlan | undefined {
  return plans.find(
    (plan) =>
      plan.version === version &&
      plan.machine.elfMachine === elfMachine &&
      plan.littleEndian === littleEndian,
  );
}
