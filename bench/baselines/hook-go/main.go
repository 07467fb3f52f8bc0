// The same hook in Go: net/http, encoding/json and typed structs, nothing to publish.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

type Call struct {
	Parent     CoinFlip `json:"parent"`
	Finalizing bool     `json:"finalizing"`
}

type CoinFlip struct {
	Metadata Meta    `json:"metadata"`
	Spec     Spec    `json:"spec"`
	Status   *Status `json:"status"`
}

type Meta struct {
	Namespace   string            `json:"namespace"`
	Name        string            `json:"name"`
	UID         string            `json:"uid"`
	Generation  int64             `json:"generation"`
	Annotations map[string]string `json:"annotations"`
}

type Spec struct {
	Flips []string `json:"flips"`
}

type Status struct {
	ObservedGeneration int64       `json:"observedGeneration"`
	Flips              int         `json:"flips"`
	Heads              int         `json:"heads"`
	Tails              int         `json:"tails"`
	Streak             *Streak     `json:"streak,omitempty"`
	Milestones         int         `json:"milestones"`
	Notifications      int         `json:"notifications"`
	Conditions         []Condition `json:"conditions"`
}

type Streak struct {
	Face   string `json:"face"`
	Length int    `json:"length"`
}

type Condition struct {
	Type               string `json:"type"`
	Status             string `json:"status"`
	Reason             string `json:"reason"`
	Message            string `json:"message"`
	ObservedGeneration int64  `json:"observedGeneration"`
	LastTransitionTime string `json:"lastTransitionTime"`
}

type Answer struct {
	Status   Status     `json:"status"`
	Children []struct{} `json:"children"`
}

const (
	maxBytes = 4 << 20
	maxFlips = 10_000
)

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(count) + " " + noun + "s"
}

// condition keeps the transition time of a stored condition with the same status.
func condition(parent *CoinFlip, kind, status, reason, message string) Condition {
	since := ""
	if parent.Status != nil {
		for _, stored := range parent.Status.Conditions {
			if stored.Type == kind && stored.Status == status {
				since = stored.LastTransitionTime
			}
		}
	}
	if since == "" {
		since = time.Now().UTC().Format(time.RFC3339)
	}
	return Condition{kind, status, reason, message, parent.Metadata.Generation, since}
}

func statusOf(parent *CoinFlip) (Status, error) {
	flips := parent.Spec.Flips
	if len(flips) > maxFlips {
		return Status{}, fmt.Errorf("parent.spec.flips has more than %d items", maxFlips)
	}
	var places []int
	heads, length, last := 0, 0, ""
	for i, face := range flips {
		switch face {
		case "Heads":
			heads++
		case "Tails":
		default:
			return Status{}, fmt.Errorf("parent.spec.flips.%d must be Heads or Tails", i)
		}
		if face == last {
			length++
		} else {
			last, length = face, 1
		}
		if face == "Tails" && length == 3 {
			places = append(places, i+1)
		}
	}
	count := len(places)
	status := Status{
		ObservedGeneration: parent.Metadata.Generation,
		Flips:              len(flips),
		Heads:              heads,
		Tails:              len(flips) - heads,
		Milestones:         count,
		Notifications:      count,
	}
	if length > 0 {
		status.Streak = &Streak{last, length}
	}
	three := condition(parent, "ThreeTails", "False", "NotYet", "no three consecutive tails so far")
	notified := condition(parent, "Notified", "True", "NothingToPublish", "no milestone so far")
	if count > 0 {
		message := fmt.Sprintf("%s of three tails, the first complete at flip %d, the latest at flip %d",
			plural(count, "run"), places[0], places[count-1])
		three = condition(parent, "ThreeTails", "True", "ThreeInARow", message)
		message = plural(count, "notification") + " acknowledged by the stream"
		notified = condition(parent, "Notified", "True", "Published", message)
	}
	ready := condition(parent, "Ready", "True", "Reconciled",
		"every flip is tallied and every notification acknowledged")
	status.Conditions = []Condition{three, notified, ready}
	return status, nil
}

func sync(w http.ResponseWriter, r *http.Request) {
	var call Call
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBytes)).Decode(&call); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	status, err := statusOf(&call.Parent)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(Answer{status, []struct{}{}}); err != nil {
		log.Print(err)
	}
}

func main() {
	http.HandleFunc("POST /sync", sync)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
