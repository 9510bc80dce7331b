/** Names on a terminal: exports escape them by the same rule, below the program. */
export { printable } from '../../profile';
