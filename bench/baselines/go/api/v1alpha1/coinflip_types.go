// Package v1alpha1 declares the CoinFlip as kubebuilder would.
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var GroupVersion = schema.GroupVersion{Group: "games.example.com", Version: "v1alpha1"}

type CoinFlipSpec struct {
	Flips []string `json:"flips"`
}

type Streak struct {
	Face   string `json:"face"`
	Length int32  `json:"length"`
}

type CoinFlipStatus struct {
	ObservedGeneration int64              `json:"observedGeneration"`
	Flips              int32              `json:"flips"`
	Heads              int32              `json:"heads"`
	Tails              int32              `json:"tails"`
	Streak             *Streak            `json:"streak,omitempty"`
	Milestones         int32              `json:"milestones"`
	Notifications      int32              `json:"notifications"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

type CoinFlip struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   CoinFlipSpec   `json:"spec"`
	Status CoinFlipStatus `json:"status,omitzero"`
}

type CoinFlipList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []CoinFlip `json:"items"`
}

// AddToScheme registers the types.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion, &CoinFlip{}, &CoinFlipList{})
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
