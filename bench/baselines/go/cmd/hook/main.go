// The same hook in Go: net/http, encoding/json and typed structs, nothing to publish.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	"coinflip-bench/api/v1alpha1"
	"coinflip-bench/internal/status"
)

type call struct {
	Parent struct {
		Metadata struct {
			Generation int64 `json:"generation"`
		} `json:"metadata"`
		Spec   v1alpha1.CoinFlipSpec   `json:"spec"`
		Status v1alpha1.CoinFlipStatus `json:"status"`
	} `json:"parent"`
}

type answer struct {
	Status   v1alpha1.CoinFlipStatus `json:"status"`
	Children []struct{}              `json:"children"`
}

const (
	maxBytes = 4 << 20
	maxFlips = 10_000
)

func validate(flips []string) error {
	if len(flips) > maxFlips {
		return fmt.Errorf("parent.spec.flips has more than %d items", maxFlips)
	}
	for i, face := range flips {
		if face != "Heads" && face != "Tails" {
			return fmt.Errorf("parent.spec.flips.%d must be Heads or Tails", i)
		}
	}
	return nil
}

func sync(w http.ResponseWriter, r *http.Request) {
	var c call
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBytes)).Decode(&c)
	if err == nil {
		err = validate(c.Parent.Spec.Flips)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	next, places := status.Tally(c.Parent.Spec.Flips)
	next.Notifications = next.Milestones
	next.Conditions = c.Parent.Status.Conditions
	status.SetConditions(&next, c.Parent.Metadata.Generation, places, nil)
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer{next, []struct{}{}}); err != nil {
		log.Print(err)
	}
}

func main() {
	http.HandleFunc("POST /sync", sync)
	http.HandleFunc("GET /sync", func(http.ResponseWriter, *http.Request) {})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
