/** The three classes of errors that the kernel's SFrame code knows, and what it says of each. */

export enum KernelError {
  None,
  /** No section, or no FDE, covers the address: other code may. The section stays. */
  ENOENT,
  /** Memory that has to be read cannot be. The section stays. */
  EFAULT,
  /** The section, the frame or the request makes no sense. A section that gives it is not used again. */
  EINVAL,
}

/** What became of a request: a class of error, and a few words on the cause. */
export interface KernelAnswer {
  readonly error: KernelError;
  readonly message: string;
}

export const GOOD: KernelAnswer = { error: KernelError.None, message: '' };
