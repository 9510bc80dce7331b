/**
 * Stacks of programs in Rust, Go and OCaml, whose calls are known by construction: what their compilers and runtimes do
 * to stacks (threads, goroutines, calls to C and back, effects on fibers) is in the sources below.
 */

import { testWhere } from '../../test-data/test-support/left-out';
import { recordedStacks, temporaryFolder, toolchainHas } from './test-support/recorded-stacks';

const rust = `
use std::hint::black_box;
#[inline(never)]
fn leaf(n: u64) -> u64 {
    let mut sum = 0u64;
    for i in 0..n { sum = black_box(sum.wrapping_add(i)); }
    sum
}
trait Work { fn middle(&self, n: u64) -> u64; }
struct Pair(u64);
impl Work for Pair {
    #[inline(never)]
    fn middle(&self, n: u64) -> u64 { black_box(leaf(n)) ^ self.0 }
}
#[inline(never)]
fn outer(work: &dyn Work) -> u64 { black_box(black_box(work).middle(50_000_000)) + 1 }
fn main() {
    if std::env::args().nth(1).unwrap() == "thread" {
        std::thread::spawn(|| { black_box(outer(&Pair(1))); }).join().unwrap();
    } else {
        black_box(outer(&Pair(1)));
    }
}
`;

const go = `
package main

/*
#define APART __attribute__((noipa, noinline))
static volatile unsigned long sink;
APART static void leafInC(void) { for (unsigned long i = 0; i < 50000000; i++) sink += i; __asm__ volatile(""); }
APART static void inC(void) { leafInC(); __asm__ volatile(""); }
extern void goBack(void);
APART static void throughC(void) { goBack(); __asm__ volatile(""); }
*/
import "C"
import "os"

var sink uint64

//go:noinline
func leaf(n uint64) {
	for i := uint64(0); i < n; i++ {
		sink += i
	}
}

//go:noinline
func middle() { leaf(50000000); sink++ }

//export goBack
func goBack() { middle(); sink++ }

//go:noinline
func outer(how string) {
	switch how {
	case "cgo":
		C.inC()
	case "back":
		C.throughC()
	default:
		middle()
	}
	sink++
}

func main() {
	done := make(chan int)
	go func() { outer(os.Args[1]); done <- 1 }()
	<-done
	outer(os.Args[1])
}
`;

const ocaml = `
open Effect
open Effect.Deep
type _ Effect.t += Work : int -> int Effect.t
let sink = ref 0
let[@inline never] leaf n = for i = 1 to n do sink := !sink lxor (i * 31) done; !sink
let[@inline never] middle n = 1 + leaf n
let[@inline never] outer n = 1 + middle n
let[@inline never] in_fiber n = 1 + outer n
let[@inline never] in_handler n = 1 + outer n
let[@inline never] asks n = 1 + perform (Work n)
let handle f n =
  match_with f n
    { retc = (fun x -> x); exnc = raise;
      effc = (fun (type a) (e : a Effect.t) ->
        match e with
        | Work n -> Some (fun (k : (a, _) continuation) -> let x = in_handler n in continue k x)
        | _ -> None) }
let[@inline never] run how n =
  1 + (match how with "fiber" -> handle in_fiber n | "handler" -> handle asks n | _ -> outer n)
let () = if run Sys.argv.(1) 50_000_000 = 0 then print_string "0"
`;

describe('stacks of known calls in other languages', () => {
  const folder = temporaryFolder();

  for (const flags of ['-O', '-O -C target-feature=+crt-static', ''])
    testOf('rustc', `rustc ${flags}`, () => {
      // A static program is linked with warnings of the C library's about names of hosts and users.
      const build = `rustc -g -A linker_messages ${flags} -o calls calls.rs`;
      const source = { folder, sourceName: 'calls.rs', source: rust, build, runs: ['plain', 'thread'] };
      const stacks = recordedStacks(source, 'calls::leaf');
      // What is inlined into leaf may follow it.
      const path = ';calls::outer;<calls::Pair as calls::Work>::middle;calls::leaf(;|$)';
      for (const stack of stacks.get('plain')!)
        expect(stack).toMatch(new RegExp(`^calls;_start;.*;main;.*;calls::main${path}`));
      for (const stack of stacks.get('thread')!)
        expect(stack).toMatch(new RegExp(`thread_start;.*;calls::main::{closure#0}${path}`));
    });

  testOf('go', 'go with cgo', () => {
    const stacks = recordedStacks({
      folder,
      sourceName: 'calls.go',
      source: go,
      build: 'GOCACHE=/var/cache/go-build GO111MODULE=off go build -o calls calls.go',
      runs: ['go', 'back', 'cgo'],
    });
    const goroutines = [
      ';runtime.goexit.abi0;main.main.func1;main.outer;',
      ';runtime.goexit.abi0;runtime.main;main.main;main.outer;',
    ];
    for (const goroutine of goroutines) {
      expect(stacks.get('go')).toContain(`calls${goroutine}main.middle;main.leaf`);
      // Where C calls Go, Go goes on with the goroutine's stack: the frames of C are on another one.
      expect(stacks.get('back')!.filter((stack) => stack.startsWith(`calls${goroutine}`))).not.toEqual([]);
    }
    for (const stack of stacks.get('go')!)
      expect(goroutines.map((goroutine) => `calls${goroutine}main.middle;main.leaf`)).toContain(stack);
    for (const stack of stacks.get('back')!)
      expect(stack).toMatch(
        /;main\.outer;main\._Cfunc_throughC.*;_cgoexp_\w+_goBack;main\.goBack;main\.middle;main\.leaf$/,
      );
    // C runs on a stack of the thread's; the goroutine's is not in the copy. Nothing is made up in its place.
    for (const stack of stacks.get('cgo')!)
      expect(stack).toMatch(/^calls;runtime\.asmcgocall\.abi0;(_cgo_\w+;)?inC;leafInC$/);
  });

  testOf('ocamlopt', 'ocamlopt, effects', () => {
    const stacks = recordedStacks(
      {
        folder,
        sourceName: 'calls.ml',
        source: ocaml,
        build: 'ocamlopt -g -o calls calls.ml',
        runs: ['plain', 'fiber', 'handler'],
      },
      'Calls.leaf',
    );
    // Symbols of functions end in numbers that the compiler counts.
    const ofRun = (run: string): string[] =>
      stacks.get(run)!.map((stack) => stack.replace(/_\d+(?=;|$)/g, ''));
    const path = 'Calls.outer;Calls.middle;Calls.leaf';
    const main = 'calls;caml_start_program;caml_program;Calls.entry;Calls.run';
    for (const stack of ofRun('plain')) expect(stack).toBe(`${main};${path}`);
    // A fiber has a stack of its own, that of caml_program is not in the copy.
    for (const stack of ofRun('fiber')) expect(stack).toBe(`calls;caml_runstack;Calls.in_fiber;${path}`);
    // The handler runs on the stack of who installed it: `effc` is the function without a name.
    for (const stack of ofRun('handler')) expect(stack).toBe(`${main};Calls.fun;Calls.in_handler;${path}`);
  });
});

function testOf(compiler: string, name: string, body: () => void): void {
  const isHere = toolchainHas('perf') && toolchainHas(compiler);
  testWhere(isHere, name, `no ${compiler} in the toolchain root; setup-more.sh adds it`, body, 120_000);
}
