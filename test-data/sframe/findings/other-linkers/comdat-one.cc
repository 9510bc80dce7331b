#include "twice.h"
int first() { return twice(3); }
