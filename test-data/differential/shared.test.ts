/** The rows of the table that read the recordings shared between checkouts. */
import { testTable } from './run-table';

testTable(['aarch64', 's390x', 'x86_64-defer', 'public']);
