int callee(int);
int one(int a) { return callee(a) + 1; }
