int callee(int);
int two(int a) { return callee(a) + 2; }
