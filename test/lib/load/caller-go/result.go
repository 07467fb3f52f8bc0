package main

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Latencies are those of the calls with one status, in milliseconds.
type Latencies struct {
	Calls int     `json:"calls"`
	P50Ms float64 `json:"p50Ms"`
	P99Ms float64 `json:"p99Ms"`
}

// Result is what a run measured.
type Result struct {
	Seconds        float64                         `json:"seconds"`
	Calls          int                             `json:"calls"`
	Admitted       Latencies                       `json:"admitted"`
	Refused        Latencies                       `json:"refused"`
	Statuses       map[string]int                  `json:"statuses"`
	Parts          map[string]map[string]Latencies `json:"parts"`
	NewConnections int64                           `json:"newConnections"`
	Protocol       string                          `json:"protocol"`
	// Responses of 429 without what Metacontroller needs: whole seconds above 0, and no body.
	BadRefusals int            `json:"badRefusals"`
	Failures    map[string]int `json:"failures"`
}

func latenciesOf(times []time.Duration) Latencies {
	slices.Sort(times)
	quantile := func(share float64) float64 {
		if len(times) == 0 {
			return 0
		}
		return float64(times[int(share*float64(len(times)-1))]) / float64(time.Millisecond)
	}
	return Latencies{len(times), quantile(0.5), quantile(0.99)}
}

func resultOf(all []outcome, took time.Duration) Result {
	result := Result{Seconds: took.Seconds(), Calls: len(all), NewConnections: opened.Load(),
		Statuses: map[string]int{}, Parts: map[string]map[string]Latencies{}, Failures: map[string]int{}}
	byStatus := map[int][]time.Duration{}
	byPart := map[string]map[string][]time.Duration{}
	for _, each := range all {
		if each.failure != "" {
			result.Failures[each.failure]++
			continue
		}
		status := strconv.Itoa(each.status)
		result.Protocol = each.protocol
		result.Statuses[status]++
		byStatus[each.status] = append(byStatus[each.status], each.took)
		if byPart[each.part] == nil {
			byPart[each.part] = map[string][]time.Duration{}
		}
		byPart[each.part][status] = append(byPart[each.part][status], each.took)
		if each.status == http.StatusTooManyRequests && (each.retryAfter < 1 || each.bytes > 0) {
			result.BadRefusals++
		}
	}
	for name, statuses := range byPart {
		result.Parts[name] = map[string]Latencies{}
		for status, times := range statuses {
			result.Parts[name][status] = latenciesOf(times)
		}
	}
	result.Admitted = latenciesOf(byStatus[http.StatusOK])
	result.Refused = latenciesOf(byStatus[http.StatusTooManyRequests])
	return result
}

var number = regexp.MustCompile(`\d+`)

// kindOf is an error without addresses and numbers, so that equal errors can be counted.
func kindOf(err error) string {
	text := number.ReplaceAllString(err.Error(), "N")
	if at := strings.LastIndex(text, ": "); at >= 0 {
		text = text[at+2:]
	}
	return cmp.Or(text, "unknown")
}
