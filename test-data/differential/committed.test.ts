/** The rows of the table that read the recordings of the repository. */
import { testTable } from './run-table';

testTable(['committed']);
