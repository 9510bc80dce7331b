/* docs/findings.md: ld --gc-sections drops the SFrame rows of the PLT. */
extern int callee (int);
int calls (int x) { return callee (x) + 1; }
