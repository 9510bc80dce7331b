/* A function that is called and has its address taken gets its PLT entry in .plt.got. x86-64. */
extern int callee(void);

int caller(int (**out)(void))
{
    *out = callee;
    return callee() + 1;
}
