// Goroutines, maps, sorting, formatting, dynamic calls: what a Go program does all day.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"strings"
	"sync"
)

type shape interface{ area(n int) int }
type square struct{ side int }
type circle struct{ radius int }

//go:noinline
func (s square) area(n int) int { return s.side*s.side + n }

//go:noinline
func (c circle) area(n int) int { return 3*c.radius*c.radius ^ n }

func work(id int, out *sync.Map) {
	counts := map[string]int{}
	words := make([]string, 0, 4096)
	shapes := []shape{square{id}, circle{id}}
	for round := 0; round < 120; round++ {
		words = words[:0]
		for i := 0; i < 4096; i++ {
			words = append(words, fmt.Sprintf("%d-%d", shapes[i&1].area(i)%977, i%61))
		}
		sort.Slice(words, func(a, b int) bool { return words[a] < words[b] })
		for _, word := range words {
			counts[strings.ToUpper(word)]++
		}
	}
	out.Store(id, len(counts))
}

func main() {
	var group sync.WaitGroup
	var out sync.Map
	for id := 0; id < 4; id++ {
		group.Add(1)
		go func() { defer group.Done(); work(id, &out) }()
	}
	group.Wait()
	runtime.GC()
	out.Range(func(id, count any) bool { return count.(int) > 0 })
}
