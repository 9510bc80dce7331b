/** The package has no types of its own; only yargs calls what it exports. */
declare module 'cliui' {
  const makeLayout: (options: { readonly width: number }) => unknown;
  export default makeLayout;
}
