#include "twice.h"
int second() { return twice(4); }
