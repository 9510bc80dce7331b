/** The rows of the table that read recordings made on this machine, in CI in the same run. */
import { testTable } from './run-table';

testTable(['fresh']);
