// Package status computes the status of a CoinFlip.
package status

import (
	"fmt"
	"strconv"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"coinflip-bench/api/v1alpha1"
)

// Tally returns a status without conditions, and the positions of the milestones.
func Tally(flips []string) (status v1alpha1.CoinFlipStatus, places []int) {
	var length int32
	last := ""
	for i, face := range flips {
		if face == "Heads" {
			status.Heads++
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
	status.Flips = int32(len(flips))
	status.Tails = status.Flips - status.Heads
	status.Milestones = int32(len(places))
	if length > 0 {
		status.Streak = &v1alpha1.Streak{Face: last, Length: length}
	}
	return status, places
}

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(count) + " " + noun + "s"
}

// SetConditions sets the conditions, and keeps the transition time of an unchanged status.
func SetConditions(status *v1alpha1.CoinFlipStatus, generation int64, places []int, failure error) {
	status.ObservedGeneration = generation
	set := func(kind string, holds bool, reason, message string) {
		value := metav1.ConditionFalse
		if holds {
			value = metav1.ConditionTrue
		}
		meta.SetStatusCondition(&status.Conditions, metav1.Condition{Type: kind, Status: value,
			Reason: reason, Message: message, ObservedGeneration: generation})
	}
	count := len(places)
	if count == 0 {
		set("ThreeTails", false, "NotYet", "no three consecutive tails so far")
		set("Notified", true, "NothingToPublish", "no milestone so far")
	} else {
		set("ThreeTails", true, "ThreeInARow",
			fmt.Sprintf("%s of three tails, the first complete at flip %d, the latest at flip %d",
				plural(count, "run"), places[0], places[count-1]))
		set("Notified", true, "Published", plural(count, "notification")+" acknowledged by the stream")
	}
	set("Ready", true, "Reconciled", "every flip is tallied and every notification acknowledged")
	if failure != nil {
		set("Notified", false, "BrokerUnavailable", "notifications are outstanding")
		set("Ready", false, "NotificationsPending", "notifications are outstanding")
	}
}
