/** The rows of the table that read recordings made byte by byte. */
import { writeRecordings } from '../written';
import { testTable } from './run-table';

writeRecordings();
testTable(['written']);
