template <class T> __attribute__((noinline)) T twice(T a) {
  volatile T copy = a;
  return copy * 2;
}
