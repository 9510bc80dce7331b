/*
 * One function for each reason why ways of unwinding part, named after it; each burns time where it holds. Without any
 * library. Its call frame information is right; its SFrame rows are written by hand below each function (the assembler
 * would derive them from the same directives, and no row would ever differ), into a section that build.sh renames.
 *
 * Rows of version 3 of the format, x86-64: a byte with the start, one with count of words and base register, the words.
 */
#define TURNS 60000000
#define BASE_SP 1
#define BASE_FP 0

/* Subsections: 0 header, 1 index, 2 rows, 3 end. */
    .section .rows_by_hand, "a", @progbits
    .short 0xdee2
    .byte 3, 0x5            /* version; sorted, starts relative to their fields */
    .byte 3, 0, -8, 0       /* x86-64, FP not fixed, RA at CFA - 8, no auxiliary header */
    .long (.Lindex_end - .Lindex) / 16
    .long .Lrow_count
    .long .Lrows_end - .Lrows
    .long 0, .Lindex_end - .Lindex
    .subsection 1
.Lindex:
    .subsection 2
.Lindex_end:
.Lrows:
    .subsection 3
.Lrows_end:

.set ROWS, 0

/* Starts a function; with SFrame rows if a count of them is given. */
.macro function name, rows
    .text
    .type \name, @function
\name:
    .cfi_startproc
.ifnb \rows
    .pushsection .rows_by_hand, 1
    .quad \name - .
    .long .Lend_\name - \name
    .long .Lrows_\name - .Lrows
    .popsection
    .pushsection .rows_by_hand, 2
.Lrows_\name:
    .short \rows
    .byte 0, 0, 0
    .popsection
.set ROWS, ROWS + \rows
.endif
.endm

.macro end name
    .cfi_endproc
.Lend_\name:
    .size \name, .Lend_\name - \name
.endm

/* A row from here on: CFA alone, or CFA and where the caller's frame pointer is. */
.macro row name, base, cfa, fp
.Lat_\name\@:
    .pushsection .rows_by_hand, 2
    .byte .Lat_\name\@ - \name
.ifb \fp
    .byte (1 << 1) | \base, \cfa
.else
    .byte (2 << 1) | \base, \cfa, \fp
.endif
    .popsection
.endm

.macro burn_here
    movl $TURNS, %ecx
1:  decl %ecx
    jnz 1b
.endm

/* Sets up a frame as -fno-omit-frame-pointer does, with the same rows in both tables. */
.macro enter_frame name
    row \name, BASE_SP, 8
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    row \name, BASE_SP, 16, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register rbp
    row \name, BASE_FP, 16, -16
.endm

function burn, 1
    row burn, BASE_SP, 8
    burn_here
    ret
end burn

function burn_in_frame, 3
    enter_frame burn_in_frame
    burn_here
    popq %rbp
    .cfi_def_cfa rsp, 8
    ret
end burn_in_frame

/* SFrame takes the CFA to be eight bytes lower than it is. */
function rows_differ_cfa, 1
    row rows_differ_cfa, BASE_SP, 24
    subq $24, %rsp
    .cfi_def_cfa_offset 32
    movq $0x1111, 16(%rsp)
    call burn
    addq $24, %rsp
    .cfi_def_cfa_offset 8
    ret
end rows_differ_cfa

/* The return address is moved down by a word, which SFrame does not say. */
function rows_differ_ra, 1
    row rows_differ_ra, BASE_SP, 16
    pushq (%rsp)
    .cfi_def_cfa_offset 16
    .cfi_offset rip, -16
    movq $0x2222, 8(%rsp)
    call burn
    popq (%rsp)
    .cfi_def_cfa_offset 8
    .cfi_offset rip, -8
    ret
end rows_differ_ra

/* SFrame does not say that the frame pointer is saved; its caller's row needs it. */
function rows_differ_fp, 1
    row rows_differ_fp, BASE_SP, 16
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    movl $0x3330, %ebp
    call burn
    popq %rbp
    .cfi_def_cfa_offset 8
    .cfi_restore rbp
    ret
end rows_differ_fp

function no_fde
    subq $8, %rsp
    .cfi_def_cfa_offset 16
    call burn
    addq $8, %rsp
    .cfi_def_cfa_offset 8
    ret
end no_fde

/* The only row begins behind the call. */
function fde_without_fre, 1
    subq $8, %rsp
    .cfi_def_cfa_offset 16
    call burn
    addq $8, %rsp
    .cfi_def_cfa_offset 8
    nop
    row fde_without_fre, BASE_SP, 8
    ret
end fde_without_fre

/* DWARF ends here, SFrame goes on. */
function undefined_ra, 1
    .cfi_undefined rip
    row undefined_ra, BASE_SP, 16
    subq $8, %rsp
    .cfi_def_cfa_offset 16
    call burn
    addq $8, %rsp
    .cfi_def_cfa_offset 8
    ret
end undefined_ra

function fp_prologue, 3
    burn_here
    enter_frame fp_prologue
    popq %rbp
    .cfi_def_cfa rsp, 8
    ret
end fp_prologue

function fp_epilogue, 4
    enter_frame fp_epilogue
    popq %rbp
    .cfi_def_cfa rsp, 8
    .cfi_restore rbp
    row fp_epilogue, BASE_SP, 8
    burn_here
    ret
end fp_epilogue

function fp_leaf, 1
    row fp_leaf, BASE_SP, 8
    burn_here
    ret
end fp_leaf

function fp_no_frame, 1
    row fp_no_frame, BASE_SP, 16
    subq $8, %rsp
    .cfi_def_cfa_offset 16
    call burn_in_frame
    addq $8, %rsp
    .cfi_def_cfa_offset 8
    ret
end fp_no_frame

function fp_used_for_data, 2
    row fp_used_for_data, BASE_SP, 8
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    row fp_used_for_data, BASE_SP, 16, -16
    movl $0x4440, %ebp
    burn_here
    popq %rbp
    .cfi_def_cfa_offset 8
    ret
end fp_used_for_data

/* As gcc realigns the stack: r10 leads to what is above it. */
function realigned_stack
    leaq 8(%rsp), %r10
    .cfi_def_cfa r10, 0
    andq $-64, %rsp
    burn_here
    leaq -8(%r10), %rsp
    .cfi_def_cfa rsp, 8
    ret
end realigned_stack

/* Returns, by what its stack says, to where nothing is mapped. */
function returns_nowhere, 1
    row returns_nowhere, BASE_SP, 8
    burn_here
    addq $8, %rsp
    jmp .Lback
end returns_nowhere

function missing_mapping, 3
    enter_frame missing_mapping
    pushq $0x1000
    jmp returns_nowhere
.Lback:
    popq %rbp
    .cfi_def_cfa rsp, 8
    ret
end missing_mapping

/* Calls %rdi through code that only memory holds. */
function generated_code, 3
    enter_frame generated_code
    movl $9, %eax           /* mmap(NULL, 4096, READ | WRITE | EXEC, PRIVATE | ANONYMOUS, -1, 0) */
    xorl %edi, %edi
    movl $4096, %esi
    movl $7, %edx
    movl $0x22, %r10d
    movq $-1, %r8
    xorl %r9d, %r9d
    syscall
    movabsq $0xc48348d7ff08ec83, %rcx /* sub $8,%rsp; call *%rdi; add $8,%rsp; ret */
    movb $0x48, (%rax)
    movq %rcx, 1(%rax)
    movw $0xc308, 9(%rax)
    leaq burn_in_frame(%rip), %rdi
    call *%rax
    popq %rbp
    .cfi_def_cfa rsp, 8
    ret
end generated_code

/* A frame larger than any copy: its record of frame pointer and return address is not captured. */
function stack_exhausted, 3
    enter_frame stack_exhausted
    subq $131072, %rsp
    call burn
    leave
    .cfi_def_cfa rsp, 8
    ret
end stack_exhausted

function run_all, 3
    enter_frame run_all
    call rows_differ_cfa
    call rows_differ_ra
    call rows_differ_fp
    call no_fde
    call fde_without_fre
    call undefined_ra
    call fp_prologue
    call fp_epilogue
    call fp_leaf
    call fp_no_frame
    call fp_used_for_data
    call realigned_stack
    call missing_mapping
    call generated_code
    call stack_exhausted
    popq %rbp
    .cfi_def_cfa rsp, 8
    ret
end run_all

    .globl _start
function _start, 0
    .cfi_undefined rip
    xorl %ebp, %ebp
    call run_all
    xorl %edi, %edi
    movl $231, %eax /* exit_group */
    syscall
    hlt
end _start

    .set .Lrow_count, ROWS

    .section .note.GNU-stack, "", @progbits
