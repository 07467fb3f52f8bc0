package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// body is a request body.
type body struct {
	name  string
	bytes []byte
	// Place of the placeholder, or -1.
	at int
}

// call is the result of one call.
type call struct {
	Body string `json:"body"`
	// A status, or the error without addresses and numbers, so that equal errors can be counted.
	Outcome string  `json:"outcome"`
	Ms      float64 `json:"ms"`
	// A 429 without what Metacontroller needs: whole seconds above 0, and no body.
	BadRefusal bool `json:"badRefusal,omitempty"`
	protocol   string
}

// readBodies takes `file:share,file:share`, and answers each body as often as its share says.
func readBodies(text string) (bodies []body) {
	for each := range strings.SplitSeq(text, ",") {
		file, share, ok := strings.Cut(each, ":")
		n, err := strconv.Atoi(share)
		if !ok || err != nil || n < 1 {
			fail(fmt.Errorf("-mix %s: it must be file:share,file:share", text))
		}
		content, err := os.ReadFile(file)
		fail(err)
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		each := body{name, content, bytes.Index(content, []byte(*placeholder))}
		bodies = append(bodies, slices.Repeat([]body{each}, n)...)
	}
	return bodies
}

// Begins with the time, so that no two runs have the same number.
var latest atomic.Int64

func init() { latest.Store(time.Now().UnixMicro()) }

// numbered is a body with the next number in place of the placeholder.
func numbered(chosen body) []byte {
	if chosen.at < 0 {
		return chosen.bytes
	}
	copied := slices.Clone(chosen.bytes)
	copy(copied[chosen.at:], fmt.Sprintf("%0*d", len(*placeholder), latest.Add(1)))
	return copied
}

func callWith(client *http.Client, chosen body, from time.Time) call {
	result := call{Body: chosen.name}
	response, err := client.Post(*target, "application/json", bytes.NewReader(numbered(chosen)))
	if err == nil {
		var read int64
		read, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		result.Outcome, result.protocol = strconv.Itoa(response.StatusCode), response.Proto
		wait, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		result.BadRefusal = response.StatusCode == http.StatusTooManyRequests && (wait < 1 || read > 0)
	}
	if err != nil {
		result.Outcome = kindOf(err)
	}
	result.Ms = float64(time.Since(from)) / float64(time.Millisecond)
	return result
}

var number = regexp.MustCompile(`\d+`)

func kindOf(err error) string {
	text := number.ReplaceAllString(err.Error(), "N")
	return text[strings.LastIndex(text, ": ")+1:]
}
