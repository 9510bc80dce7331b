/** Constants of the SFrame format, versions 2 (errata 1 and 2) and 3. The spelling is the specification's. */

export const SFRAME_MAGIC = 0xdee2;
/** {@link SFRAME_MAGIC} as it looks when it is read in the wrong byte order. */
export const SFRAME_MAGIC_SWAPPED = 0xe2de;

export const SFRAME_VERSION_1 = 1;
export const SFRAME_VERSION_2 = 2;
export const SFRAME_VERSION_3 = 3;

export const SFRAME_F_FDE_SORTED = 0x1;
/** Version 2 and before only. */
export const SFRAME_F_FRAME_POINTER = 0x2;
export const SFRAME_F_FDE_FUNC_START_PCREL = 0x4;

export const SFRAME_ABI_AARCH64_ENDIAN_BIG = 1;
export const SFRAME_ABI_AARCH64_ENDIAN_LITTLE = 2;
export const SFRAME_ABI_AMD64_ENDIAN_LITTLE = 3;
export const SFRAME_ABI_S390X_ENDIAN_BIG = 4;

export const SFRAME_FDE_PCTYPE_INC = 0;
export const SFRAME_FDE_PCTYPE_MASK = 1;

export const SFRAME_FDE_TYPE_DEFAULT = 0;
export const SFRAME_FDE_TYPE_FLEX = 1;

export const SFRAME_FRE_TYPE_ADDR1 = 0;
export const SFRAME_FRE_TYPE_ADDR2 = 1;
export const SFRAME_FRE_TYPE_ADDR4 = 2;

export const SFRAME_FRE_DATAWORD_1B = 0;
export const SFRAME_FRE_DATAWORD_2B = 1;
export const SFRAME_FRE_DATAWORD_4B = 2;

/** The data word that stands for "no rule" where a later word has to follow; also "no fixed offset" in the header. */
export const SFRAME_FRE_RA_OFFSET_INVALID = 0;

/** The fre_cfa_base_reg_id bit of an FRE info byte: set where the CFA is based on SP, clear for FP. */
export const SFRAME_BASE_REG_SP = 1;

/** The header with its preamble, without the auxiliary header; the same in versions 2 and 3. */
export const SFRAME_HEADER_SIZE_BYTES = 28;
