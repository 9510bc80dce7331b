/** The page's script and style as texts: build.mjs puts them there, in tests jest.config.cjs does. */
declare module 'page:script' {
  const text: string;
  export default text;
}
declare module 'page:style' {
  const text: string;
  export default text;
}
