// Calls a hook in one of three ways and prints what it measured as one line of JSON. SIGTERM ends
// the calls before their time.
//
//	-way metacontroller   Go's default transport, workers that pause between calls
//	-way connections      kept-alive connections of plain http, as fast as they go or at -rate
//	-way mix              bodies of several kinds, every answer counted, at -rate whatever is answered
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// Result is what one run measured; times in milliseconds.
type Result struct {
	Calls          int     `json:"calls"`
	Errors         int     `json:"errors"`
	Seconds        float64 `json:"seconds"`
	PerSecond      float64 `json:"perSecond"`
	NewConnections int64   `json:"newConnections"`
	Protocol       string  `json:"protocol"`
	P50Ms          float64 `json:"p50Ms"`
	P99Ms          float64 `json:"p99Ms"`
	CPUMsPerCall   float64 `json:"cpuMsPerCall"`
	Busy           float64 `json:"busy"`
}

// sample is what one worker collects.
type sample struct {
	latencies []time.Duration
	errors    int
	lastError string
}

var (
	way         = flag.String("way", "connections", "metacontroller, connections or mix")
	mix         = flag.String("mix", "", "files of bodies, each with its share: file:share,file:share")
	target      = flag.String("url", "", "where the hook is")
	bodyFile    = flag.String("body", "", "file of the body")
	warmup      = flag.Float64("warmup", 0.5, "how long to call before that")
	seconds     = flag.Float64("seconds", 3, "how long to measure")
	workers     = flag.Int("workers", 8, "workers, connections, or with -way mix and a rate the most calls in flight")
	pause       = flag.Duration("pause", 0, "pause of a worker between its calls")
	rate        = flag.Float64("rate", 0, "calls a second over all workers, evenly spaced; 0 is as fast as it goes")
	ca          = flag.String("ca", "", "file of the certificate authority")
	http1       = flag.Bool("http1", false, "https without HTTP/2")
	pid         = flag.Int("pid", 0, "process of the server, whose CPU time is read")
	placeholder = flag.String("placeholder", "", "text in the body that is replaced by a number of the same length in each call")
	objects     = flag.Int64("objects", 0, "how many numbers take turns; 0 for a new one in each call")
	first       = flag.Int64("first", 0, "the number that is taken first")
)

var (
	turn, opened atomic.Int64
	stopped      atomic.Bool
)

// fill writes the next number over the placeholder.
func fill(body []byte, at int) {
	if at < 0 {
		return
	}
	n := turn.Add(1)
	if *objects > 0 {
		n %= *objects
	}
	copy(body[at:], fmt.Sprintf("%0*d", len(*placeholder), n+*first))
}

// cpu is the user and system time that the server has spent.
func cpu() time.Duration {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(*pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	const tick = 10 * time.Millisecond
	return time.Duration(user+system) * tick
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return ms(sorted[int(q*float64(len(sorted)-1))])
}

func listenForStop() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		stopped.Store(true)
	}()
}

func main() {
	flag.Parse()
	address, err := url.Parse(*target)
	fail(err)
	start := time.Now().Add(time.Duration(*warmup * float64(time.Second)))
	end := start.Add(time.Duration(*seconds * float64(time.Second)))
	listenForStop()
	if *way == "mix" {
		asMix(start, end)
		return
	}
	body, err := os.ReadFile(*bodyFile)
	fail(err)
	at := -1
	if *placeholder != "" {
		if at = bytes.Index(body, []byte(*placeholder)); at < 0 {
			fail(fmt.Errorf("the body has no %s", *placeholder))
		}
	}

	result := Result{Protocol: "HTTP/1.1"}
	var before time.Duration
	var openedBefore int64
	// What goes before is not counted.
	time.AfterFunc(time.Until(start), func() {
		before, openedBefore = cpu(), opened.Load()
	})
	var samples []sample
	if *way == "metacontroller" {
		samples = asMetacontroller(body, at, start, end, &result)
	} else if *rate > 0 {
		samples = atRate(address, body, at, start, end)
	} else {
		samples = overConnections(address, body, at, start, end)
	}
	took := time.Since(start)
	spent := cpu() - before
	result.NewConnections = opened.Load() - openedBefore

	var all []time.Duration
	for _, each := range samples {
		all = append(all, each.latencies...)
		result.Errors += each.errors
		if each.lastError != "" {
			fmt.Fprintln(os.Stderr, each.lastError)
		}
	}
	slices.Sort(all)
	result.Calls = len(all)
	result.Seconds = took.Seconds()
	result.PerSecond = float64(len(all)) / took.Seconds()
	result.P50Ms, result.P99Ms = quantile(all, 0.5), quantile(all, 0.99)
	result.Busy = spent.Seconds() / took.Seconds()
	if len(all) > 0 {
		result.CPUMsPerCall = ms(spent) / float64(len(all))
	}
	fail(json.NewEncoder(os.Stdout).Encode(result))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "caller:", err)
		os.Exit(1)
	}
}
