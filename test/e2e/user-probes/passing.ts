/** Programs whose functions take all kinds of values, and what they are called with. */

export const PASSING_C = `
#define N __attribute__((noinline, noclone))
struct small { int a; char b; };
struct two { long a; long b; };
struct mixed { long a; double b; };
struct floats { float a, b; };
struct big { long w[5]; int tail; };
struct bits { unsigned a : 3; int b : 5; unsigned long c : 40; };
struct __attribute__((packed)) packed { char a; long b; };
struct al { _Alignas(16) long a; long b; };
union u { int i; unsigned char b[4]; };
enum color { RED = -1, GREEN, BLUE };
volatile long sink;
N void ints(signed char a, unsigned short b, int c, long d, _Bool e, enum color f) { sink = a + b + c + d + e + f; __asm__ volatile("" ::: "memory"); }
N void nine(int a, int b, int c, int d, int e, int f, short g, char h, long i) { sink = a+b+c+d+e+f+g+h+i; __asm__ volatile(""); }
N void flt(double a, int b, float c, long d, long double e, int f, int g, int h, int i, int j) { sink = (long)a+b+(long)c+d+(long)e+f+g+h+i+j; __asm__ volatile(""); }
N void smalls(struct small s, struct two t, int after) { sink = s.a + s.b + t.a + t.b + after; __asm__ volatile(""); }
N void spill(int a, int b, int c, int d, int e, struct two t, int f) { sink = a+b+c+d+e+t.a+t.b+f; __asm__ volatile(""); }
N void mix(struct mixed m, struct floats f, int after) { sink = m.a + (long)m.b + (long)f.a + after; __asm__ volatile(""); }
N void large(int a, struct big b, int c) { sink = a + b.w[0] + b.w[4] + b.tail + c; __asm__ volatile(""); }
N void bitf(struct bits b, const struct bits *p) { sink = b.a + b.b + b.c + p->a + p->b + p->c; __asm__ volatile(""); }
N void pack(struct packed p, int after, struct al q, int more) { sink = p.a + p.b + after + q.a + q.b + more; __asm__ volatile(""); }
N void uni(union u v, int after) { sink = v.i + after; __asm__ volatile(""); }
N struct big ret(int a, int b) { struct big x = {{a, b}}; sink = a; return x; }
N void wide(__int128 a, int b, __int128 c, int d, __int128 e) { sink = (long)a + b + (long)c + d+(long)e; __asm__ volatile(""); }
N void ptrs(const char *s, int *p, int (*a)[3], void *v) { sink = s[0] + *p + (*a)[2] + (long)v; __asm__ volatile(""); }
N void nine_d(double a,double b,double c,double d,double e,double f,double g,double h,double i,int j,double k,int l,int m,int n,int o,int p,int q) { sink = (long)(a+b+c+d+e+f+g+h+i+k)+j+l+m+n+o+p+q; __asm__ volatile(""); }
static N void reduced(int unused, int b, struct two *t) { sink = b + t->a; __asm__ volatile(""); }
int main(void) {
  struct bits b = { 5, -3, 0x123456789aUL }; int arr[3] = {1,2,3}; int i = 77;
  struct two t = {100, 200};
  ints(-5, 65535, -100000, 1L<<40, 1, BLUE);
  nine(1,-2,3,-4,5,-6,-7,8,-9);
  flt(1.5, 10, 2.5f, 20, 3.5L, 30, 40, 50, 60, 70);
  smalls((struct small){-1, 7}, (struct two){11, -12}, 13);
  spill(1,2,3,4,5,(struct two){6,7},8);
  mix((struct mixed){21, 2.0}, (struct floats){1,2}, 22);
  large(1, (struct big){{10,20,30,40,50},60}, 2);
  bitf(b, &b);
  pack((struct packed){9, 1L<<33}, 8, (struct al){7,6}, 5);
  uni((union u){0x01020304}, 5);
  ret(6, 7);
  wide(1, 2, 3, 4, 5);
  ptrs("hey", &i, &arr, 0);
  nine_d(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17);
  reduced(1, 42, &t);
  return 0;
}
`;

export const PASSING_CPP = `
#include <string>
#include <vector>
#if defined(__clang__)
#define N __attribute__((noinline))
#else
#define N __attribute__((noinline, noipa))
#endif
volatile long sink;
struct Base { int id; virtual ~Base() {} };
struct Named { const char *label; long size; };
struct Derived : Base, Named { short kind; static int count; N int grow(int by, const Named &other) { sink = by + other.size + size; __asm__ volatile(""); return 0; } N static void make(int n) { sink = n; __asm__ volatile(""); } };
int Derived::count = 3;
struct Copies { long v; long w; Copies(long x) : v(x), w(2*x) {} Copies(const Copies &o) : v(o.v), w(o.w) {} ~Copies() { sink = v; } };
struct Empty {};
enum class Kind : unsigned char { A = 1, B = 200 };
template <class T> struct Box { T item; int n; };
namespace deep { namespace er { N int func(int &ref, int &&rref, const Box<short> &box, Kind kind, Empty e, int last) { sink = ref + rref + box.item + (int)kind + last; __asm__ volatile(""); return 0; } } }
N void takes(Copies c, int after) { sink = c.v + after; __asm__ volatile(""); }
N Copies gives(int a) { sink = a; return Copies(a); }
N void strs(const std::string &s, std::vector<int> v, int after) { sink = s.size() + v.size() + after; __asm__ volatile(""); }
N void mptr(int Derived::*m, int (Derived::*f)(int, const Named &), int after, std::nullptr_t, int last) { sink = after + last + (m != nullptr) + (f != nullptr); __asm__ volatile(""); }
struct VB : virtual Base { long own; };
N void virt(VB *v) { sink = v->own; __asm__ volatile(""); }
int main() {
  Derived d; d.id = 5; d.label = "lab"; d.size = 44; d.kind = -9; Named o{"other", 55};
  d.grow(7, o); Derived::make(8);
  int x = 10; Box<short> b{-4, 3};
  deep::er::func(x, 11, b, Kind::B, Empty{}, 12);
  takes(Copies(21), 22); gives(23);
  strs("hello", {1,2,3}, 24);
  mptr(&Derived::id, &Derived::grow, 31, nullptr, 32);
  VB v; v.own = 66; v.id = 67; virt(&v);
}
`;
